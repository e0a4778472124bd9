/** The page before any model is open. */
import { server } from '../../state/store';
import { Offers } from './offers';

export function StartPage() {
  const version = server.value?.version;
  return (
    <main class="start panel">
      <header>
        <h1>Cutaway</h1>
        <p class="start-words">
          Open a neural network, feed it a picture, and look inside every layer.
        </p>
      </header>
      <Offers />
      {version && <footer>Version {version}</footer>}
    </main>
  );
}
