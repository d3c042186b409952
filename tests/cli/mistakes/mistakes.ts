/** A mistake that people make at a command line, and the exit code that it is answered with. */
export interface Mistake {
  readonly what: string;
  /** As it is typed; `COMPLETED`, `LONG` and `DOOR` stand for runs, `OTHER` for a server of another version, `PAGE` for a page of ours. */
  readonly typed: string;
  readonly code: number;
}

const UNKNOWN = '5eed0020-0000-4000-8000-0000000000ff';

/** By what they are about. */
export const MISTAKES: { readonly [about: string]: readonly Mistake[] } = {
  'The command line': [
    { what: 'a typing error in a command', typed: 'orrery lsit', code: 2 },
    { what: 'a command that is none', typed: 'orrery frobnicate', code: 2 },
    { what: 'half a command', typed: 'orrery import', code: 2 },
    { what: 'a typing error in an option', typed: 'orrery list --statsu failed', code: 2 },
    { what: 'an option without its value', typed: 'orrery run flow.yaml --input', code: 2 },
    { what: 'something left out', typed: 'orrery show', code: 2 },
    { what: 'too many words', typed: 'orrery watch COMPLETED now', code: 2 },
    { what: 'a format that is none', typed: 'orrery list --output jsn', code: 2 },
    { what: 'a duration that is none', typed: 'orrery list --timeout soon', code: 2 },
    { what: 'a number that is none', typed: 'orrery list --limit many', code: 2 },
    { what: 'a status that is none', typed: 'orrery list --status runing', code: 2 },
    { what: 'a time that is none', typed: 'orrery list --started-after yesterday', code: 2 },
    { what: 'a label without a value', typed: 'orrery run flow.yaml --label sky', code: 2 },
    { what: 'a priority that is too high', typed: 'orrery run flow.yaml --priority 11', code: 2 },
    { what: 'an id that is none', typed: 'orrery show 0b632e79', code: 2 },
    { what: 'an option that has to be there', typed: 'orrery prune', code: 2 },
    { what: 'a shell that is not known', typed: 'orrery completion tcsh', code: 2 },
    { what: 'a mistake in a program that reads JSON', typed: 'orrery list --limit many --output json', code: 2 },
  ],
  'Files and input': [
    { what: 'a typing error in the name of a file', typed: 'orrery validate flwo.yaml', code: 2 },
    { what: 'a file that is not there', typed: 'orrery register nowhere/nothing.yaml', code: 2 },
    { what: 'a directory instead of a file', typed: 'orrery validate folder', code: 2 },
    { what: 'a project where there is one', typed: 'orrery init project', code: 5 },
    { what: 'a directory instead of a definition', typed: 'orrery run folder', code: 2 },
    { what: 'an input file that is not there', typed: 'orrery run flow.yaml --input @none.json', code: 2 },
    { what: 'a bare word as input', typed: 'orrery run flow.yaml --input mars.raw', code: 2 },
    { what: 'quotes that the shell took away', typed: 'orrery run flow.yaml --input {photo:mars.raw}', code: 2 },
    { what: 'a comma too many', typed: 'orrery run flow.yaml --input @comma.json', code: 2 },
    { what: 'no input where one is wanted', typed: 'orrery run flow.yaml', code: 2 },
    { what: 'an input that does not match', typed: 'orrery run flow.yaml --input {"photo":7}', code: 2 },
    { what: 'a recording that is none', typed: 'orrery import wfformat comma.json', code: 2 },
    { what: 'a scale that makes no sense', typed: 'orrery import wfformat comma.json --time-scale -1', code: 2 },
  ],
  Definitions: [
    { what: 'a tab in YAML', typed: 'orrery validate tab.yaml', code: 2 },
    { what: 'tasks that wait for each other', typed: 'orrery validate cycle.yaml', code: 2 },
    { what: 'typing errors, told all at once', typed: 'orrery register typo.yaml', code: 2 },
    { what: 'the same, when it is run', typed: 'orrery run typo.yaml', code: 2 },
    { what: 'a duration in words', typed: 'orrery validate duration.yaml', code: 2 },
    { what: 'something that is no definition', typed: 'orrery validate text.yaml', code: 2 },
    { what: 'an empty file', typed: 'orrery run empty.yaml', code: 2 },
    { what: 'a typing error in a name', typed: 'orrery run fan-otu', code: 3 },
    { what: 'a name that is not registered', typed: 'orrery run nightly', code: 3 },
    { what: 'a version that is not there', typed: 'orrery run fan-out@9', code: 3 },
  ],
  Runs: [
    { what: 'a run that is not there', typed: `orrery show ${UNKNOWN}`, code: 3 },
    { what: 'the result of a run that has not ended', typed: 'orrery result LONG', code: 5 },
    { what: 'a run that takes too long', typed: 'orrery result LONG --wait --timeout 200ms', code: 7 },
    { what: 'retrying what still runs', typed: 'orrery retry LONG', code: 5 },
    { what: 'retrying what completed', typed: 'orrery retry COMPLETED', code: 5 },
    { what: 'cancelling what has ended', typed: 'orrery cancel COMPLETED', code: 5 },
    { what: 'a command to several, of which one refuses', typed: `orrery pause LONG ${UNKNOWN}`, code: 8 },
    { what: 'deleting what still runs', typed: 'orrery delete LONG --yes', code: 5 },
    { what: 'deleting where nobody can be asked', typed: 'orrery delete COMPLETED', code: 2 },
    { what: 'a typing error in a signal', typed: 'orrery signal DOOR knokc', code: 2 },
    {
      what: 'an id that was used before',
      typed: 'orrery run fan-out --id COMPLETED --input {"photo":"mars.raw"}',
      code: 5,
    },
  ],
  'The server': [
    { what: 'no server', typed: 'orrery list --url NOBODY', code: 6 },
    { what: 'a name that no server has here', typed: 'orrery list --context staging', code: 3 },
    { what: 'an address without http://', typed: 'orrery list --url localhost:8000', code: 2 },
    { what: 'the address of a page instead of the server', typed: 'orrery list --url PAGE', code: 3 },
    { what: 'the same, looked at by the doctor', typed: 'orrery doctor --url PAGE', code: 6 },
    { what: 'a server of another kind', typed: 'orrery list --url STRANGER', code: 6 },
    { what: 'a server of another version', typed: 'orrery doctor --url OTHER', code: 0 },
    { what: 'a port that is taken', typed: 'orrery up --port TAKEN --data trial', code: 5 },
    { what: 'a port that is none', typed: 'orrery up --port http', code: 2 },
    { what: 'a worker without a server to its name', typed: 'orrery worker --url 8000', code: 2 },
  ],
};
