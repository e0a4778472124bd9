import { expect, test } from 'vitest';
import { Newest } from './newest';

/** Work that ends when it is told to. */
function slow() {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const most = { now: 0, ever: 0 };
  const queue = new Newest<number>(
    (item) => {
      begun.push(item);
      most.now += 1;
      most.ever = Math.max(most.ever, most.now);
      return new Promise((resolve) => {
        ends.push(() => {
          most.now -= 1;
          resolve();
        });
      });
    },
    () => undefined,
  );
  return { begun, ends, most, queue };
}

const turn = () => new Promise((resolve) => setTimeout(resolve, 0));

test('one is under way at most, and of those that wait the newest is next', async () => {
  const { begun, ends, most, queue } = slow();
  const told = [1, 2, 3, 4].map((item) => queue.push(() => item));
  expect(begun).toEqual([1]);
  ends[0]?.();
  await turn();
  expect(begun).toEqual([1, 4]);
  ends[1]?.();
  expect(await Promise.all(told)).toEqual([true, false, false, true]);
  expect([most.ever, queue.dropped, queue.working]).toEqual([1, 2, false]);
});

test('what is done is made when its turn comes', async () => {
  const { begun, ends, queue } = slow();
  let now = 1;
  void queue.push(() => now);
  void queue.push(() => now);
  now = 7;
  ends[0]?.();
  await turn();
  expect(begun).toEqual([1, 7]);
});

test('what fails is told, and the next one is done all the same', async () => {
  const problems: unknown[] = [];
  const queue = new Newest<number>(
    (item) => (item === 1 ? Promise.reject(new Error('no')) : Promise.resolve()),
    (problem) => problems.push(problem),
  );
  const [first, second] = [queue.push(() => 1), queue.push(() => 2)];
  expect([await first, await second]).toEqual([false, true]);
  expect(problems).toHaveLength(1);
});

test('what waits can be dropped, and nothing made is nothing done', async () => {
  const { begun, ends, queue } = slow();
  void queue.push(() => 1);
  const waits = queue.push(() => 2);
  queue.clear();
  ends[0]?.();
  expect(await waits).toBe(false);
  expect(await queue.push(() => null)).toBe(false);
  expect(begun).toEqual([1]);
});
