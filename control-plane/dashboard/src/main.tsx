import { createRoot } from 'react-dom/client';
import { App } from './app/app';
import { applyTheme } from './app/theme';
import 'uplot/dist/uPlot.min.css';
import './design/tokens.css';
import './design/base.css';
import './design/frame.css';
import './design/parts.css';
import './design/live.css';
import './design/jobs.css';
import './design/editor.css';

applyTheme();
createRoot(document.getElementById('root')!).render(<App />);
