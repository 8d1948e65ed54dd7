/** The visitor's own data: pasted, dropped or chosen, with what was read of it. */
import { useRef } from 'preact/hooks';
import { preview, takeFiles, takePasted } from '../state/own.ts';
import { network } from '../state/run.ts';
import { saveCheckpoint } from '../state/session.ts';
import { download } from './download.ts';

/** Files may be dropped anywhere. */
export function listenForDrops(): () => void {
  const over = (event: DragEvent) => event.preventDefault();
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) void takeFiles(files);
  };
  document.addEventListener('dragover', over);
  document.addEventListener('drop', drop);
  return () => {
    document.removeEventListener('dragover', over);
    document.removeEventListener('drop', drop);
  };
}

async function save(): Promise<void> {
  const bytes = await saveCheckpoint();
  if (bytes) download(`${network.peek()?.task ?? 'run'}.safetensors`, 'application/octet-stream', bytes as Uint8Array<ArrayBuffer>);
}

export function OwnData() {
  const text = useRef<HTMLTextAreaElement>(null);
  const read = preview.value;
  return (
    <details class="own">
      <summary>Your own data</summary>
      <label for="text">Text or rows</label>
      <textarea id="text" ref={text} rows={5} spellcheck={false} placeholder="Paste a text; or rows such as: text,label" />
      <p class="buttons">
        <button type="button" onClick={() => void takePasted(text.current?.value ?? '')}>
          Use it
        </button>
      </p>
      <label for="file">A file</label>
      <input
        id="file"
        type="file"
        multiple
        accept=".txt,.csv,.tsv,.wav,.png,.jpg,.jpeg,.safetensors"
        onChange={({ currentTarget }) => void takeFiles([...(currentTarget.files ?? [])])}
      />
      <p>
        <small>
          .txt, .csv, .tsv, .wav, a captions.csv with its pictures, or a .safetensors that was saved here; you can also drop it anywhere.
        </small>
      </p>
      {read && (
        <div class="preview">
          <p>
            <b>{read.name}</b>: {read.extent}
          </p>
          <ol>
            {read.rows.map((row, index) => (
              <li key={index}>{row}</li>
            ))}
          </ol>
          {read.skipped.length > 0 && (
            <ul class="refused">
              {read.skipped.map(({ line, reason }) => (
                <li key={line}>
                  line {line}: {reason}
                </li>
              ))}
            </ul>
          )}
        </div>
      )}
      <p class="buttons">
        <button type="button" aria-disabled={!network.value} onClick={() => network.value && void save()}>
          Save the run
        </button>
      </p>
    </details>
  );
}
