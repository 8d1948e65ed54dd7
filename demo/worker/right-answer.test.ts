import { expect, it } from 'vitest';
import { tasks } from '../../src/tasks/tasks.ts';
import { rightAnswer } from './right-answer.ts';

it.each(tasks.flatMap((task) => (task.kind === 'text' ? [] : [[task.name, task] as const])))(
  '%s has an example that says what is right',
  (_, task) => {
    for (const example of task.examples('heldout', 1)) {
      const result = rightAnswer(example, 10);
      // nothing is judged: nobody has answered
      if (result.kind !== 'forecast') expect(result).not.toHaveProperty('truth');
      const said = JSON.stringify(result);
      const right =
        'label' in example ? example.label : 'caption' in example ? example.caption : 'value' in example ? example.value : undefined;
      if (right !== undefined) expect(said).toContain(String(right));
      if (result.kind === 'pair' && example.kind === 'text-pair') expect(result.target.join(result.separator)).toBe(example.target);
      if (result.kind === 'forecast') expect([result.foretold.length, result.truth?.length]).toEqual([0, 10]);
      break;
    }
  },
);
