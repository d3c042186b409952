/** The files of somebody who makes mistakes, by their names. */
export const FILES: { readonly [name: string]: string } = {
  'flow.yaml': `orrery: v1
name: flow
input:
  type: object
  required: [photo]
  properties: { photo: { type: string } }
tasks:
  look: { type: noop }
`,
  'tab.yaml': 'orrery: v1\nname: tab\ntasks:\n\tlook: { type: noop }\n',
  'cycle.yaml': `orrery: v1
name: cycle
tasks:
  one: { type: noop, dependsOn: [three] }
  two: { type: noop, dependsOn: [one] }
  three: { type: noop, dependsOn: [two] }
`,
  'typo.yaml': `orrery: v1
name: typo
tasks:
  reserve: { type: noop }
  charge:
    type: noop
    dependson: [reserve]
  ship:
    type: noop
    dependsOn: [resreve]
    when: '\${ tasks.reserve.output.total > }'
`,
  'duration.yaml': 'orrery: v1\nname: duration\ntasks:\n  nap: { type: sleep, input: { duration: 5 minutes } }\n',
  'comma.json': '{ "photo": "mars.raw", }\n',
  'text.yaml': 'gibberish\n',
  'empty.yaml': '',
  'project/package.json': '{}\n',
  'folder/notes.txt': 'nothing\n',
};
