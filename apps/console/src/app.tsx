import { lazy } from 'react';
import { Navigate, Route, Routes } from 'react-router';
import { DefinitionsPage } from './definitions/definitions-page.js';
import { StartPage } from './definitions/start-page.js';
import { ComparePage } from './compare/compare-page.js';
import { Frame } from './frame/frame.js';
import { DeadLettersPage } from './operations/dead-letters-page.js';
import { LimitsPage } from './operations/limits-page.js';
import { QueuesPage } from './operations/queues-page.js';
import { TasksPage } from './operations/tasks-page.js';
import { Now } from './parts/times.js';
import { Empty } from './parts/states.js';
import { RunsPage } from './runs/runs-page.js';

// What draws graphs is most of the code, and no list needs it: it comes while the list is looked at.
const runPage = () => import('./run/run-page.js');
const definitionPage = () => import('./definitions/definition-page.js');
const RunPage = lazy(async () => ({ default: (await runPage()).RunPage }));
const DefinitionPage = lazy(async () => ({ default: (await definitionPage()).DefinitionPage }));
setTimeout(() => void Promise.all([runPage(), definitionPage()]), 2_000);

/** Every place of the console, by its address. */
export function App() {
  return (
    <Now>
      <Routes>
        <Route element={<Frame />}>
          <Route index element={<Navigate to="/runs" replace />} />
          <Route path="runs" element={<RunsPage />} />
          <Route path="runs/:id" element={<RunPage />} />
          <Route path="runs/compare" element={<ComparePage />} />
          <Route path="definitions" element={<DefinitionsPage />} />
          <Route path="definitions/:name" element={<DefinitionPage />} />
          <Route path="definitions/:name/start" element={<StartPage />} />
          <Route path="tasks" element={<TasksPage />} />
          <Route path="queues" element={<QueuesPage />} />
          <Route path="dead-letters" element={<DeadLettersPage />} />
          <Route path="limits" element={<LimitsPage />} />
          <Route path="*" element={<Empty title="There is nothing here">The address may have a slip in it.</Empty>} />
        </Route>
      </Routes>
    </Now>
  );
}
