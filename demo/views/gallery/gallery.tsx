/** Every view on one page, for looking at and for tests; served by `npm run dev` at /gallery.html and not part of the built page. */
import { render } from 'preact';
import { useState } from 'preact/hooks';
import { requestDevice } from '../../../src/index.ts';
import { runExperiment } from '../../inspection/run-experiment.ts';
import '../../style/tokens.css';
import '../../style/controls.css';
import type { Query } from '../../protocol.ts';
import {
  ArchitectureDiagram,
  Ask,
  architectureWords,
  ExperimentCards,
  type ExperimentName,
  type ExperimentState,
  GradientHeat,
  ResultView,
  ScheduleView,
  StateMeters,
  Strips,
  UnrolledNetwork,
} from '../index.ts';
import { health, inspection, measurement, results, timeNorms } from './made-up.ts';

const architectures = Object.keys(architectureWords) as (keyof typeof architectureWords)[];

function Gallery() {
  const [asked, setAsked] = useState<Query>();
  const [temperature, setTemperature] = useState(0.8);
  return (
    <>
      <section id="diagrams">
        {architectures.map((architecture) => (
          <p key={architecture}>
            <ArchitectureDiagram architecture={architecture} moving /> {architectureWords[architecture].name}:{' '}
            {architectureWords[architecture].use}
          </p>
        ))}
      </section>
      <section id="hero">
        <UnrolledNetwork
          architecture="many-to-many"
          cell="lstm"
          layers={2}
          inspection={inspection}
          timeNorms={timeNorms[timeNorms.length - 1]}
          moving
        />
        {architectures.map((architecture) => (
          <UnrolledNetwork
            key={architecture}
            architecture={architecture}
            cell="gru"
            layers={1}
            bidirectional={architecture === 'many-to-one'}
          />
        ))}
      </section>
      <section id="strips">
        <Strips inspection={inspection} />
      </section>
      <section id="heat">
        <GradientHeat history={timeNorms} />
      </section>
      <section id="meters">
        <StateMeters health={health} />
      </section>
      <section id="schedule">
        <ScheduleView measurement={measurement} />
      </section>
      {results.map((result) => (
        <section key={result.kind} id={`result-${result.kind}`}>
          <Movable result={result} />
        </section>
      ))}
      <section id="asks">
        <Ask
          kind="text"
          label="Begin with"
          example="The "
          action="Write"
          temperature={temperature}
          onTemperature={setTemperature}
          onAsk={setAsked}
        />
        <Ask kind="sentence" label="Your review" example="a wonderful film" action="Judge it" onAsk={setAsked} />
        <Ask kind="image" label="Your drawing" example="" action="Describe it" onAsk={setAsked} />
        <output id="asked">
          {asked ? JSON.stringify({ ...asked, ...(asked.kind === 'image' && { image: asked.image.data.length }) }) : ''}
        </output>
      </section>
      <section id="experiments">
        <Experiments />
      </section>
    </>
  );
}

function Movable({ result }: { readonly result: (typeof results)[number] }) {
  const [known, setKnown] = useState(70);
  if (result.kind !== 'forecast') return <ResultView result={result} />;
  const all = [...result.context, ...(result.truth ?? [])];
  return <ResultView result={{ ...result, context: all.slice(0, known), truth: all.slice(known) }} onStart={setKnown} />;
}

function Experiments() {
  const [states, setStates] = useState<Partial<Record<ExperimentName, ExperimentState>>>({});
  const set = (name: ExperimentName, state: ExperimentState) => setStates((before) => ({ ...before, [name]: state }));
  const run = async (name: ExperimentName) => {
    const rows: ExperimentState['rows'][number][] = [];
    set(name, { state: 'running', rows });
    const device = await requestDevice();
    try {
      const result = await runExperiment(device, name, (row) => set(name, { state: 'running', rows: rows.concat(row) }));
      set(name, { state: 'done', rows, result });
    } catch (error) {
      set(name, { state: 'failed', rows, problem: String(error) });
    } finally {
      device.destroy();
    }
  };
  return <ExperimentCards states={states} onRun={run} onStop={() => undefined} />;
}

const root = document.querySelector('#gallery');
if (root) render(<Gallery />, root);
