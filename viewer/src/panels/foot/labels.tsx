/** Names for the classes. */
import { complain, setLabels, uploadFile } from '../../state/actions';
import { settings } from '../../state/store';
import { LABELS, pick } from '../files';
import { Menu, type MenuItem } from '../menu';

const FASHION = 'fashion-mnist';

async function load(file: File): Promise<void> {
  try {
    await setLabels({ upload: await uploadFile(file) });
  } catch (problem) {
    complain(problem);
  }
}

export function LabelsMenu() {
  const { labels, source } = settings.value ?? { labels: null, source: null };
  const other = labels !== null && source !== FASHION;
  const items: MenuItem[] = [
    {
      words: 'From a file…',
      ...(other && source ? { note: source } : {}),
      checked: other,
      act: () => pick(LABELS, (file) => void load(file)),
    },
    {
      words: "Fashion-MNIST's",
      checked: labels !== null && source === FASHION,
      act: () => void setLabels({ builtin: FASHION }),
    },
    { words: 'None', checked: labels === null, act: () => void setLabels({ none: true }) },
  ];
  return <Menu label="Labels" title="Names of the classes" items={items} />;
}
