/** What the blocks depend on, as it stands now. */
import { answerCard } from '../state/answercard';
import { itemAnswer } from '../state/itemanswers';
import type { Picture } from '../state/pictures';
import { reading, summary } from '../state/readings';
import { stepsShown } from '../state/stepcards';
import * as s from '../state/store';
import { afterOf } from './answering';
import { beforeOf } from './before';
import type { Ingredients } from './blocks';
import { LECTURE } from './inscriptions';

export function ingredients(
  opened: s.Opened,
  pictureOf: (value: number) => Picture | null,
): Ingredients {
  const trace = s.trace.peek();
  return {
    graph: opened.graph,
    answer: itemAnswer.peek(),
    mode: s.answerMode.peek(),
    grown: s.lecture.peek() ? LECTURE : 1,
    ran: trace !== null,
    before: beforeOf(trace, stepsShown.peek()),
    after: afterOf(trace, reading.peek(), () => answerCard.peek(), summary.peek()),
    hidden: s.hidden.peek(),
    fanned: s.fanned.peek(),
    pictureOf,
    layoutOf: (group) => opened.layouts.of(group),
  };
}
