/** Along the bottom: the inside of the network, the machine, experiments and runs, one at a time. */
import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import { health, inspection, planMeasurement, timeNorms } from '../state/run.ts';
import { measurePlan } from '../state/session.ts';
import { views } from '../state/views.ts';
import { Experiments } from './experiments.tsx';
import { Machine } from './machine.tsx';
import { Runs } from './runs.tsx';

const tabs = [
  { name: 'States', shown: () => <States /> },
  { name: 'Gradients', shown: () => <Gradients /> },
  { name: 'Saturation', shown: () => <Saturation /> },
  { name: 'Schedule', shown: () => <Schedule /> },
  { name: 'Experiments', shown: () => <Experiments /> },
  { name: 'Runs', shown: () => <Runs /> },
  { name: 'Machine', shown: () => <Machine /> },
] as const;

const chosen = signal(0);

export function Strips() {
  const move = (event: KeyboardEvent, index: number) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    chosen.value = (index + by + tabs.length) % tabs.length;
    document.getElementById(`tab-${chosen.value}`)?.focus();
  };
  return (
    <section class="strips" aria-label="Inside">
      <div class="tabs" role="tablist" aria-label="Inside the network">
        {tabs.map(({ name }, index) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`tab-${index}`}
            aria-selected={index === chosen.value}
            aria-controls="inside"
            tabIndex={index === chosen.value ? 0 : -1}
            onClick={() => (chosen.value = index)}
            onKeyDown={(event) => move(event, index)}
          >
            {name}
          </button>
        ))}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <div id="inside" role="tabpanel" aria-labelledby={`tab-${chosen.value}`} tabIndex={0}>
        {tabs[chosen.value].shown()}
      </div>
    </section>
  );
}

const Later = ({ children }: { readonly children: ComponentChildren }) => <p class="later">{children}</p>;

function States() {
  const loaded = views.value;
  const seen = inspection.value;
  if (!loaded || !seen) return <Later>Gates, cell and hidden state of one row over time appear here with the first result.</Later>;
  return <loaded.Strips inspection={seen} />;
}

function Gradients() {
  const loaded = views.value;
  const seen = timeNorms.value;
  if (!loaded || seen.length === 0)
    return <Later>How far back in time the gradient reaches, at every moment of the training, appears here.</Later>;
  return <loaded.GradientHeat history={seen} />;
}

function Saturation() {
  const loaded = views.value;
  const seen = health.value;
  if (!loaded || !seen) return <Later>Which gates are stuck open or shut, and which units no longer move, appears here.</Later>;
  return <loaded.StateMeters health={seen} />;
}

function Schedule() {
  const loaded = views.value;
  const seen = planMeasurement.value;
  return (
    <>
      <button type="button" onClick={measurePlan}>
        Time one step
      </button>
      {loaded && seen ? (
        <loaded.ScheduleView measurement={seen} />
      ) : (
        <Later>Each dispatch of a training step, in order, with what it takes.</Later>
      )}
    </>
  );
}
