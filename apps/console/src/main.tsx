import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { BrowserRouter } from 'react-router';
import '@fontsource-variable/inter/wght.css';
import '@fontsource-variable/jetbrains-mono/wght.css';
import './design/tokens.css';
import './design/base.css';
import { App } from './app.js';
import { Refused } from './api/request.js';
import { noteAnswer, startHearing } from './live/live-source.js';

const RETRIES = 2;

/** What passes by itself is asked again; what is refused is refused. */
const isWorthAnother = (count: number, error: Error) =>
  count < RETRIES && error instanceof Refused && error.problem.retryable;

const queries = new QueryClient({
  defaultOptions: { queries: { retry: isWorthAnother, staleTime: 1_000, refetchOnWindowFocus: true } },
});
queries.getQueryCache().subscribe(({ type, query }) => {
  if (type !== 'updated') return;
  const { error, fetchStatus } = query.state;
  if (error instanceof Refused && error.problem.status === 0) noteAnswer(false);
  else if (fetchStatus === 'idle' && !error) noteAnswer(true);
});
startHearing();

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      {/* At once: what is filtered next starts from the address as it is. */}
      <BrowserRouter useTransitions={false}>
        <App />
      </BrowserRouter>
    </QueryClientProvider>
  </StrictMode>,
);
