/** The page: joins the form, the view and the chart to the training worker. */
import { textTask } from '../src/tasks/text.ts';
import { createChart } from './chart.ts';
import { createHistory } from './history.ts';
import type { FromWorker, RunState, Settings, ToWorker } from './messages.ts';
import { createSettingsForm } from './settings.ts';
import { createView } from './view.ts';

const noWebGPU =
  'This browser has no WebGPU, on which everything here runs. Use Chrome or Edge 113, Safari 26, Firefox 141 or later, over https or localhost.';

const form = document.querySelector<HTMLFormElement>('#settings');
const chartElement = document.querySelector<HTMLElement>('#chart');
const textArea = document.querySelector<HTMLTextAreaElement>('#text');
if (!form || !chartElement || !textArea) throw new Error('the page is incomplete');
if (textArea.value === '') textArea.value = textTask.text();

const view = createView(document);
const settingsForm = createSettingsForm(form);
const history = createHistory();
const chart = createChart(chartElement, history);

let state: RunState = 'idle';
let worker: Worker | undefined;
/** What the current run started from. */
let started: Settings | undefined;
/** Between Reset and the worker's answer the last steps of the old run still arrive. */
let resetting = false;

function send(message: ToWorker): void {
  if (!navigator.gpu) {
    setState('idle');
    view.showAdapter(null);
    view.showProblem({ cause: 'gpu', message: noWebGPU });
    return;
  }
  worker ??= createWorker();
  worker.postMessage(message);
}

function createWorker(): Worker {
  const created = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'training' });
  created.onmessage = ({ data }: MessageEvent<FromWorker>) => receive(data);
  created.onerror = (event) => {
    event.preventDefault();
    created.terminate();
    worker = undefined;
    setState('idle');
    view.showProblem({
      cause: 'failure',
      message: `The training worker stopped (${event.message || 'it could not be loaded'}). Press Start to try again.`,
    });
  };
  return created;
}

function receive(message: FromWorker): void {
  switch (message.kind) {
    case 'adapter':
      view.showAdapter(message);
      return;
    case 'state':
      setState(message.state);
      return;
    case 'steps':
      for (const { step, loss } of message.points) history.addTraining(step, loss);
      view.showSteps(message, history.recentTraining());
      chart.update();
      return;
    case 'validation':
      history.addValidation(message.step, message.loss);
      view.showValidation(message.loss);
      chart.update();
      return;
    case 'sample':
      view.showSample(message);
      return;
    case 'problem':
      if (message.problem.cause === 'gpu') view.showAdapter(null);
      view.showProblem(message.problem);
      settingsForm.mark(message.problem.cause === 'input' ? message.problem.message : null);
      return;
  }
}

function setState(next: RunState): void {
  state = next;
  if (next === 'idle') {
    started = undefined;
    if (resetting || history.recentTraining() === undefined) clearRun('idle');
    resetting = false;
  }
  view.showState(state, started ? settingsForm.changedSince(started) : []);
}

function clearProblem(): void {
  view.showProblem(null);
  settingsForm.mark(null);
}

function clearRun(next: 'idle' | 'begun'): void {
  view.clear(next);
  history.clear();
  chart.update();
}

/** A new run, trained on by itself or for one step. */
function begin(kind: 'start' | 'step'): void {
  clearProblem();
  clearRun('begun');
  started = settingsForm.read();
  send({ kind, settings: started });
}

view.onButton('start', () => begin('start'));
view.onButton('pause', () => {
  clearProblem();
  send({ kind: state === 'paused' ? 'resume' : 'pause' });
});
view.onButton('step', () => {
  if (!started) begin('step');
  else send({ kind: 'step', settings: started });
});
view.onButton('reset', () => {
  clearProblem();
  resetting = true;
  send({ kind: 'reset' });
});
settingsForm.onLive((name, value) => {
  clearProblem();
  if (started) send({ kind: name === 'learningRate' ? 'learning-rate' : 'temperature', value });
});
settingsForm.onChange(() => setState(state));

send({ kind: 'open' });
