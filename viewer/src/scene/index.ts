/** The scene on its canvas. */
import { Director } from './director';
import { expose } from './hooks';

export function mountScene(canvas: HTMLCanvasElement): void {
  const director = new Director(canvas);
  expose(director);
}
