import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Row } from '../../experiments/experiment.ts';
import { experiments } from '../../experiments/experiments.ts';
import { svgPlot } from '../../experiments/svg-plot.ts';
import { textPlot } from '../../experiments/text-plot.ts';
import { requireOneOf } from '../../spec/validation.ts';
import { defineCommand, jsonTable } from '../command.ts';
import { openDevice } from '../open-device.ts';
import { writeJson } from '../terminal.ts';

const experimentTable = {
  out: { kind: 'text', placeholder: 'FOLDER', help: 'where NAME.json with all figures and NAME.svg with the plot go; default: nowhere' },
  ...jsonTable,
} as const;

const list = experiments.map(({ name, summary }) => `${name}: ${summary}`).join('; ');

export const experimentCommand = defineCommand({
  name: 'experiment',
  summary: `Measures on this adapter what recurrent networks do, draws it and says what is seen. ${list}.`,
  operands: ['<name>'],
  sections: [['Options', experimentTable]],
  async run({ out, json = false }, [wanted], terminal) {
    const name = requireOneOf(
      'the experiment',
      wanted,
      experiments.map((experiment) => experiment.name),
    );
    const experiment = experiments.find((candidate) => candidate.name === name) ?? experiments[0];
    const device = await openDevice(terminal);
    const report = (row: Row): void => {
      if (json) writeJson(terminal, row);
      else terminal.out(`${lineOf(row)}\n`);
    };
    const { rows, plot, sentence } = await experiment.run(device, report, terminal.closed);
    const files = out === undefined ? [] : [path.join(out, `${name}.json`), path.join(out, `${name}.svg`)];
    if (out !== undefined) {
      mkdirSync(out, { recursive: true });
      writeFileSync(files[0], `${JSON.stringify({ experiment: name, sentence, rows, plot }, null, 1)}\n`);
      writeFileSync(files[1], svgPlot(plot));
    }
    if (json) writeJson(terminal, { done: true, experiment: name, sentence, files });
    else
      terminal.out(`\n${textPlot(plot, Math.min(terminal.columns, 120))}\n${sentence}\n${files.map((file) => `wrote ${file}\n`).join('')}`);
    return 0;
  },
});

/** `rnn-tanh  orthogonal  gain 1  timeSteps 100  ratio 7.0e-7  range held` */
function lineOf(row: Row): string {
  return Object.entries(row)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => (typeof value === 'string' ? value : `${key} ${figure(value)}`))
    .join('  ');
}

function figure(value: Row[string]): string {
  if (typeof value !== 'number' || (Number.isInteger(value) && Math.abs(value) < 1e6)) return String(value);
  return Math.abs(value) >= 1e-3 && Math.abs(value) < 1e4 ? String(Number(value.toPrecision(3))) : value.toExponential(1);
}
