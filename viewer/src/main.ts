/** Starts the page: the scene on its canvas, the panels over it, and the talk with the server. */
import './client/early';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './panels/panels.css';
import { mountPanels } from './panels';
import { mountScene } from './scene';
import { start } from './state/start';

const canvas = document.getElementById('scene') as HTMLCanvasElement;
const panels = document.getElementById('panels') as HTMLElement;

mountPanels(panels);
mountScene(canvas);
void start();
