// A part of the bundle that is loaded when YAML is wanted.
export { stringify } from 'yaml';
