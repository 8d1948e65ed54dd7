import { render } from 'preact';
import { App } from './app.tsx';
import { watchSession } from './parts/last-session.tsx';
import { timeRendering } from './state/frame-work.ts';
import { open } from './state/session.ts';
import { loadViews } from './state/views.ts';
import './views/tokens.css';
import './style/tokens.css';
import './style/controls.css';
import './style/layout.css';
import './style/parts.css';

const root = document.getElementById('page');
if (!root) throw new Error('the page has no element #page');
timeRendering();
render(<App />, root);
open();
loadViews();
watchSession();
