/** What draws: pure components of plain props, no training. The page loads this as one piece when it is wanted; the diagrams alone are in unrolled/. */
import './tokens.css';
import './views.css';

export { ExperimentCards, type ExperimentCardsProps, type ExperimentName, type ExperimentState } from './experiments/experiment-cards.tsx';
export { GradientHeat, type GradientHeatProps } from './insides/gradient-heat.tsx';
export { ScheduleView, type ScheduleViewProps } from './insides/schedule-view.tsx';
export { StateMeters, type StateMetersProps } from './insides/state-meters.tsx';
export { Strips, type StripsProps } from './insides/strips.tsx';
export { Ask, type AskProps } from './interact/ask.tsx';
export { DrawingPad, type DrawingPadProps } from './interact/drawing-pad.tsx';
export { ResultView, type ResultViewProps } from './results/result-view.tsx';
export { ArchitectureDiagram, type ArchitectureDiagramProps, architectureWords } from './unrolled/architecture-diagram.tsx';
export { UnrolledNetwork, type UnrolledNetworkProps } from './unrolled/unrolled-network.tsx';
