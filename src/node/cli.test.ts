/** The committed executable as a user runs it: bad input, what needs no GPU, and small trainings on the machine's adapter. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { encodeSafetensors } from '../formats/safetensors.ts';
import { textTask } from '../tasks/text.ts';
import { buildMilliseconds, type CommandLine, createCommandLine, type Ended, parseLines, repository } from '../testing/command-line.ts';

let home: CommandLine;
const at = (name: string): string => home.at(name);
const retrograde = (words: string, changes?: NodeJS.ProcessEnv): Ended => home.run(words, changes);

const withoutRate = (lines: readonly Record<string, unknown>[]) => lines.map(({ tokensPerSecond: _, ...line }) => line);

beforeAll(async () => {
  home = await createCommandLine();
  writeFileSync(at('text.txt'), textTask.text().slice(0, 900));
  writeFileSync(at('other.txt'), textTask.text().slice(0, 901));
  writeFileSync(at('empty.txt'), '');
  writeFileSync(at('latin1.txt'), Buffer.from('caf\xe9 au lait, and more of it', 'latin1'));
  writeFileSync(at('short.txt'), 'too short');
  writeFileSync(at('table.csv'), 'a,b\n1,2\n');
  writeFileSync(at('words.csv'), 'value\n1\ntwo\n3\n');
  writeFileSync(at('one.csv'), `text,label\n${Array.from({ length: 40 }, (_, index) => `film ${index},good\n`).join('')}`);
  writeFileSync(at('pairs.tsv'), 'one\ntwo\n');
  writeFileSync(at('foreign.safetensors'), encodeSafetensors(new Map(), { made: 'elsewhere' }));
  mkdirSync(at('folder.txt'));
}, buildMilliseconds);

afterAll(() => home?.dispose());

describe('bad input: exit code 2, one sentence, nothing written', () => {
  test.each([
    ['', 'the command must be one of train, generate, evaluate, check, plan, data, experiment, got nothing'],
    ['trian text', "did you mean 'train'?"],
    ['train', 'train must be given <task | file>, got nothing'],
    ['train text more', 'train must be given <task | file>, got text more'],
    ['train txet', "got 'txet', did you mean 'text'?"],
    ['train adding --time-steps 40', '--time-steps must be left out for examples, as adding holds, got 40'],
    ['train adding --architecture many-to-many', "--architecture must be 'many-to-one' for examples of kind valued-sequence"],
    ['train adding --kind series', "--kind must be left out for the task 'adding', got series"],
    ['train none.txt', 'none.txt must be a text file, got none there'],
    ['train none.csv', 'none.csv must be a .csv file, got none there'],
    ['train none.bin', 'none.bin must be a .txt, .csv, .tsv or .wav file, or a folder with a captions.csv, got none there'],
    ['train folder.txt', 'folder.txt/captions.csv must be a file beside its images, got none there'],
    ['train table.csv', 'table.csv must have the columns text and label'],
    ['train table.csv --column c', "table.csv must have the column 'c', got the columns 'a', 'b'"],
    ['train table.csv --column a', 'table.csv must have at least'],
    [
      'train words.csv --column value',
      'words.csv must have at most 1 % of rows that cannot be read (or --allow-skipped), got 1 of 3 (line 3: value must be a number',
    ],
    ['train one.csv', 'labels must be at least two to tell apart'],
    ['train pairs.tsv', 'pairs.tsv must have two columns with a tab between them'],
    ['train empty.txt', 'empty.txt must hold text, got an empty file'],
    ['train latin1.txt', 'latin1.txt must be UTF-8 text, got 0x20 at byte 4'],
    ['train short.txt', 'short.txt'],
    ['train text.txt --batch 64', 'the training part of text.txt has 810 tokens, batch 64 x timeSteps 32 wants at least 2049'],
    ['train text --cell lsmt', "--cell must be one of 'rnn-tanh', 'rnn-relu', 'gru', 'lstm', got 'lsmt'"],
    ['train text --hidden 0', '--hidden must be a positive integer, got 0'],
    ['train text --hiden 8', 'train has no option --hiden, did you mean --hidden?'],
    ['train text --attention dot', "--attention must be one of 'none', 'additive', 'multiplicative', got 'dot'"],
    ['train text --attention additive', "attention 'additive' belongs to architecture 'encoder-decoder', got 'many-to-many'"],
    ['train text --architecture encoder-decoder', "--architecture must be 'many-to-many' to learn text, got 'encoder-decoder'"],
    ['train text --architecture many-to-one', "--architecture must be 'many-to-many' to learn text"],
    ['train text --schedule step', 'every of a step schedule must be a positive integer, got nothing'],
    ['train text --validation 0.00001', '--validation 0.00001 must leave at least 2'],
    ['train text --validation 0 --patience 1', '--patience must have a held-out part'],
    ['train text --prompt §', "--prompt must be made of the 60 known characters, got '§' (U+00A7)"],
    ['train text --out none/model.safetensors', 'none/model.safetensors must be in a folder that can be written'],
    ['train text --resume none.safetensors', 'none.safetensors must be a checkpoint, got none there'],
    ['generate text.txt', 'text.txt must be a whole .safetensors file'],
    ['generate foreign.safetensors', 'foreign.safetensors must be a checkpoint of retrograde'],
    ['evaluate foreign.safetensors', 'evaluate must be given <model.safetensors> and <task | file>, got foreign.safetensors'],
    ['plan text --layers 0', '--layers must be a positive integer, got 0'],
    ['data txt', "got 'txt', did you mean 'text'?"],
    ['data captions', '--out must name a folder for the pictures of captions, got nothing'],
    ['data adding --out adding.tsv', 'adding.tsv must end in .csv, as files of valued-sequence examples do'],
    ['data text --count 50000', '--count must be at most the 36000 characters'],
    ['check --ful', 'check has no option --ful, did you mean --full?'],
  ])('%s', async (line, message) => {
    const before = readdirSync(home.folder);
    const { code, out, err } = await home.runHere(line);
    expect({ code, out, lines: err.trimEnd().split('\n').length }).toEqual({ code: 2, out: '', lines: 1 });
    expect(err).toContain(message);
    expect(readdirSync(home.folder)).toEqual(before);
  });

  test('as a process', () => {
    expect(retrograde('train txet')).toEqual({ code: 2, out: '', err: expect.stringMatching(/^task must be one of .*'text'\?\n$/) });
  });
});

describe('without a GPU', () => {
  test('--help, --version, and the help of a command', () => {
    expect(retrograde('--help').out).toContain('train');
    expect(retrograde('--version').out).toBe(`${JSON.parse(readFileSync(path.join(repository, 'package.json'), 'utf8')).version}\n`);
    const { code, out } = retrograde('train --help');
    expect(code).toBe(0);
    expect(out).toMatch(/^retrograde train <task \| file> \[options\]\n/);
  });

  test('plan --json has its figures, within the formulas for dispatches', async () => {
    const sequence = parseLines((await home.runHere('plan text --json --kernel sequence --hidden 32 --layers 2')).out);
    expect(sequence).toHaveLength(1);
    expect(sequence[0]).toMatchObject({ kernel: 'sequence', layers: 2, timeSteps: 32, parameters: 22_460, dispatchFormula: '5L + 8 = 18' });
    expect(sequence[0].dispatches).toBeLessThanOrEqual(18);
    const [step] = parseLines((await home.runHere('plan text --json --kernel step')).out);
    expect(step).toMatchObject({ kernel: 'step', layers: 1, dispatchFormula: 'L(2T + 3) + 8 = 75' });
    expect(step.dispatches).toBeLessThanOrEqual(75);
    expect(step.dispatchesChunked).toBeGreaterThanOrEqual(Number(step.dispatches));
    for (const key of ['flop', 'bytes']) expect(step[key]).toBeGreaterThan(1e6);
    const [wavefront] = parseLines((await home.runHere('plan text --json --kernel wavefront --cell rnn-tanh --layers 2')).out);
    expect(wavefront).toMatchObject({ kernel: 'wavefront', layers: 2 });
    const [both] = parseLines((await home.runHere('plan text --json --kernel sequence --cell rnn-tanh --bidirectional')).out);
    expect(both).toMatchObject({ kernel: 'sequence' });
    // T + 2 turns a sweep instead of 2 T
    expect(wavefront.dispatches).toBeLessThanOrEqual(2 * (32 + 2) + 2 * 2 + 8);
  });

  test('plan counts weights of f16 in half the bytes, and the dispatch that packs them', async () => {
    const plan = async (options: string) => parseLines((await home.runHere(`plan text --json --hidden 32 ${options}`)).out)[0];
    const [full, half] = [await plan(''), await plan('--weights f16')];
    expect(Number(half.dispatches) - Number(full.dispatches)).toBe(1);
    // the forward copy of every parameter
    expect(Number(full.bytes) - Number(half.bytes)).toBeGreaterThanOrEqual(2 * Number(full.parameters));
    expect(full.dispatchFormula).toBeDefined();
    expect(half.dispatchFormula).toBeUndefined();
  });

  test('plan prints every step', async () => {
    const { out } = await home.runHere('plan text.txt --hidden 8 --batch 2');
    expect(out).toMatch(/^forward {2}/m);
    expect(out).toMatch(/dispatches per training step \(at most 5L \+ 8 = 13\)/);
  });

  test('data writes the two parts of a task', async () => {
    const train = (await home.runHere('data text')).out;
    const heldOut = (await home.runHere('data text --split heldout')).out;
    expect(train + heldOut).toBe(textTask.text());
    expect((await home.runHere('data text --split heldout --count 10 --out part.txt')).out).toBe('');
    expect(readFileSync(at('part.txt'), 'utf8')).toBe(heldOut.slice(0, 10));
  });

  test('neither driver nor browser: what to install, exit code 1', () => {
    if (process.platform !== 'linux') return; // elsewhere the system has its own driver
    const hidden = { PATH: '/none', HOME: '/none', CHROME_PATH: '', PLAYWRIGHT_BROWSERS_PATH: '/none' };
    const { code, out, err } = retrograde('train text.txt', { ...hidden, VK_ICD_FILENAMES: '/none', VK_DRIVER_FILES: '/none' });
    expect({ code, out }).toEqual({ code: 1, out: '' });
    expect(err).toMatch(/install a Vulkan driver, or a browser with apt-get install chromium\n$/);
  });
});

describe('on an adapter', () => {
  const tiny = '--cell rnn-tanh --hidden 4 --kernel step --batch 1 --time-steps 4 --length 20';

  test('a training repeats digit for digit, resumes exactly, and its checkpoint generates and is measured', () => {
    const straight = retrograde(`train text.txt ${tiny} --steps 24 --json --out straight.safetensors`);
    expect({
      code: straight.code,
      err: straight.err.replace(/^No Vulkan driver found.*\n/m, '').replace(/^Warning: .*\n( .*\n)?\n?/gm, ''),
    }).toEqual({ code: 0, err: '' });
    const lines = parseLines(straight.out);
    expect(lines.map(({ step, done }) => step ?? done)).toEqual([10, 20, 24, true]);
    expect(Object.keys(lines[0])).toEqual(['step', 'loss', 'gradientNorm', 'clips', 'tokensPerSecond']);
    const last = lines[lines.length - 1];
    expect(last).toMatchObject({ done: true, steps: 24, loss: lines[2].loss, validationLoss: lines[2].validationLoss });
    expect(last.metric).toMatchObject({
      name: 'bits per character',
      value: last.bitsPerCharacter,
      count: 89,
      baselines: { trigram: expect.closeTo(3.6, 1) },
    });
    expect(last.sample).toHaveLength(20);

    const again = retrograde(`train text.txt ${tiny} --steps 24 --json`);
    expect(withoutRate(parseLines(again.out))).toEqual(withoutRate(lines));

    expect(retrograde(`train text.txt ${tiny} --steps 15 --out part.safetensors`).out).toContain('wrote part.safetensors');
    const resumed = retrograde(`train text.txt --length 20 --resume part.safetensors --steps 24 --json --out resumed.safetensors`);
    expect(withoutRate(parseLines(resumed.out))).toEqual(withoutRate(lines.slice(1)));
    expect(readFileSync(at('resumed.safetensors')).equals(readFileSync(at('straight.safetensors')))).toBe(true);
    expect(readdirSync(home.folder).filter((name) => name.includes('partial'))).toEqual([]);

    const [generated] = parseLines(retrograde('generate straight.safetensors --prompt the --length 12 --json').out);
    expect(generated).toMatchObject({ prompt: 'the', length: 12, temperature: 0.8, topK: 0, seed: 1 });
    expect(generated.text).toMatch(/^the[\s\S]{12}$/);

    const [measured] = parseLines(retrograde('evaluate straight.safetensors text.txt --json').out);
    expect(measured).toMatchObject({ part: 'heldout', validationLoss: last.validationLoss, metric: last.metric });
  }, 600_000);

  test.each([
    ['train text.txt --resume part.safetensors --hidden 5', '--hidden must be what part.safetensors was trained with, got 5'],
    ['train text.txt --resume part.safetensors --validation 0.2', '--validation must be the 0.1 that part.safetensors was trained with'],
    ['train text.txt --resume part.safetensors --kernel sequence', '--kernel must be the step that part.safetensors was trained with'],
    ['train text.txt --resume part.safetensors --weights f16', '--weights must be the f32 that part.safetensors was trained with'],
    ['train text.txt --resume part.safetensors --steps 15', '--steps must be above the 15 of part.safetensors, got 15'],
    ['train other.txt --resume part.safetensors', 'other.txt must be the text that part.safetensors was trained on'],
    ['evaluate part.safetensors text', 'text must be made of the 44 known characters'],
    ['generate part.safetensors --prompt §', '--prompt must be made of the 44 known characters'],
    ['generate cut.safetensors', 'cut.safetensors must be a whole .safetensors file'],
    ['generate swapped.safetensors', 'swapped.safetensors must have rnn.weight_ih_l0 [8, 44] for its own model, got [4, 44]'],
  ])('a checkpoint refuses: %s', async (line, message) => {
    const bytes = readFileSync(at('part.safetensors'));
    writeFileSync(at('cut.safetensors'), bytes.subarray(0, bytes.length - 40));
    // the same length, another spec: 8 hidden units that the tensors do not have
    writeFileSync(
      at('swapped.safetensors'),
      Buffer.from(bytes.toString('latin1').replace('\\"hiddenSize\\":[4]', '\\"hiddenSize\\":[8]'), 'latin1'),
    );
    const { code, out, err } = await home.runHere(line);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain(message);
  });

  test('early stopping puts the best parameters back', () => {
    const { out, code } = retrograde(
      `train text.txt ${tiny} --steps 40 --learning-rate 3 --clip-norm 0 --validate-every 2 --patience 2 --out best.safetensors --json`,
    );
    expect(code).toBe(0);
    const lines = parseLines(out);
    const last = lines[lines.length - 1];
    const measured = lines.filter(({ validationLoss, done }) => validationLoss !== undefined && !done);
    const best = measured.reduce((least, line) => (Number(line.validationLoss) < Number(least.validationLoss) ? line : least));
    expect(measured[measured.length - 1].step).toBe(Number(best.step) + 4);
    expect(last).toMatchObject({ steps: best.step, validationLoss: best.validationLoss });
    expect(existsSync(at('best.safetensors'))).toBe(true);
  }, 600_000);

  test('check refuses a fault in a kernel that there is not', () => {
    const { code, out, err } = retrograde('check', { RETROGRADE_TEST_FAULT: 'nothing' });
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toContain('fault must be one of gather-batch');
  });

  test('retrograde/node gives a device to a script of its own', () => {
    const script = `import { requestDevice } from 'retrograde/node';
      const device = await requestDevice();
      process.stdout.write(device.adapterInfo.vendor + '\\n', () => process.exit(0));`;
    const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      cwd: repository,
      encoding: 'utf8',
      env: home.environment,
    });
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^\w+\n$/) });
  });
});
