import { Dialog } from '../parts/dialog.js';
import { PLACES } from './places.js';

const KEYS: readonly (readonly [readonly string[], string])[] = [
  [['?'], 'Show this'],
  [['/'], 'Search where you are'],
  [['Ctrl', 'K'], 'Find a run, a place or a command'],
  [['j'], 'Next row'],
  [['k'], 'Row before'],
  [['Enter'], 'Open the row'],
  [['x'], 'Choose the row'],
  [['c'], 'Compare the two chosen runs'],
  [['s'], 'Swap the two that are compared'],
  ...PLACES.map(({ letter, label }): [string[], string] => [['g', letter], label]),
  [['←', '→'], 'On the slider: one event back, one on'],
  [['Home', 'End'], 'On the slider: the beginning, and now'],
  [['Space'], 'On the slider: play'],
  [['Esc'], 'Close what is open'],
];

/** Every key that does something. */
export function KeysDialog({ close }: { readonly close: () => void }) {
  return (
    <Dialog title="Keys" close={close}>
      <dl className="keys">
        {KEYS.map(([keys, means]) => (
          <div key={means} style={{ display: 'contents' }}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{means}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  );
}
