/** Names for the classes: built-in lists, a file, and the offer to move a list that is off by one. */
import { complain, setLabels, uploadFile } from '../../state/actions';
import { shiftLabels } from '../../state/reading';
import { settings } from '../../state/store';
import { LABELS, pick } from '../files';
import { Menu, type MenuItem } from '../menu';

/** The lists that come with Cutaway, by the names that the server knows them under. */
const LISTS: readonly (readonly [string, string])[] = [
  ['fashion-mnist', "Fashion-MNIST's"],
  ['mnist', "MNIST's digits"],
  ['cifar-10', "CIFAR-10's"],
  ['imagenet', "ImageNet's 1,000"],
  ['coco', "COCO's 80"],
  ['coco-91', "COCO's, numbered to 90"],
  ['pascal-voc', "Pascal VOC's 21"],
];

async function load(file: File): Promise<void> {
  try {
    await setLabels({ upload: await uploadFile(file) });
  } catch (problem) {
    complain(problem);
  }
}

/** Where the list is one too long or too short: what is wrong, and the button that mends it. */
function Offer() {
  const shift = settings.value?.shift;
  if (!shift) return null;
  return (
    <button
      type="button"
      class="button labels-offer"
      title={shift.words}
      onClick={() => void shiftLabels(shift.by)}
    >
      Shift labels by {shift.by > 0 ? '+1' : '−1'}
    </button>
  );
}

export function LabelsMenu() {
  const { labels, source } = settings.value ?? { labels: null, source: null };
  const builtin = LISTS.some(([name]) => name === source);
  const items: MenuItem[] = [
    {
      words: 'From a file…',
      ...(labels && !builtin && source ? { note: source } : {}),
      checked: labels !== null && !builtin,
      act: () => pick(LABELS, (file) => void load(file)),
    },
    ...LISTS.map(([name, words]) => ({
      words,
      checked: labels !== null && source === name,
      act: () => void setLabels({ builtin: name }),
    })),
    { words: 'None', checked: labels === null, act: () => void setLabels({ none: true }) },
  ];
  return (
    <>
      <Menu label="Labels" title="Names of the classes" items={items} />
      <Offer />
    </>
  );
}
