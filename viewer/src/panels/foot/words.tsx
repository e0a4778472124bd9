/** Words to feed, and the tokens that they became. */
import { useEffect, useState } from 'preact/hooks';
import type { InputDoc } from '../../client/documents';
import { complain, uploadFile } from '../../state/actions';
import { opened } from '../../state/store';
import { feedText, takesWords, useTokenizer } from '../../state/words';
import { FileButton } from '../filebutton';

async function choose(file: File): Promise<void> {
  try {
    await useTokenizer(await uploadFile(file));
  } catch (problem) {
    complain(problem);
  }
}

function Tokens({ tokens }: { readonly tokens: readonly string[] }) {
  return (
    <ol class="tokens" aria-label={`${tokens.length} tokens`}>
      {tokens.map((token, i) => (
        <li key={i} title={`token ${i}`}>
          {token}
        </li>
      ))}
    </ol>
  );
}

/** Nothing where the network takes no words. */
export function Words({ input }: { readonly input: InputDoc | null }) {
  const [text, write] = useState(input?.text ?? '');
  useEffect(() => {
    if (input?.text) write(input.text);
  }, [input?.text]);
  const graph = opened.value?.graph;
  if (!graph || !takesWords(graph)) return null;
  return (
    <form
      class="words"
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim()) void feedText(text);
      }}
    >
      <div class="row">
        <input
          type="text"
          aria-label="Words to feed"
          placeholder="Type words to feed"
          value={text}
          onInput={({ currentTarget }) => write(currentTarget.value)}
        />
        <button type="submit" class="button" disabled={!text.trim()}>
          Feed
        </button>
        <FileButton
          accept=".json"
          take={(file) => void choose(file)}
          title="The tokenizer.json of the model, where none lies beside it"
        >
          Tokenizer…
        </FileButton>
      </div>
      {input?.tokens && <Tokens tokens={input.tokens} />}
    </form>
  );
}
