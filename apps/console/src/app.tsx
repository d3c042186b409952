import { Navigate, Route, Routes } from 'react-router';
import { DefinitionPage } from './definitions/definition-page.js';
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
import { RunPage } from './run/run-page.js';
import { RunsPage } from './runs/runs-page.js';

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
