import { Invalid } from '@orrery/domain';

/** The types whose objects can be found again by their id alone. */
const NODE_TYPES = ['Workflow', 'Task', 'Definition', 'DeadLetter'] as const;
export type NodeType = (typeof NODE_TYPES)[number];

/** An id that no other object has, of whatever type. */
export function globalId(type: NodeType, key: string): string {
  return Buffer.from(`${type}:${key}`).toString('base64url');
}

/** What a global id stands for; undefined if it is none. */
export function readGlobalId(id: string): { readonly type: NodeType; readonly key: string } | undefined {
  const text = Buffer.from(id, 'base64url').toString();
  const colon = text.indexOf(':');
  const type = NODE_TYPES.find((each) => each === text.slice(0, colon));
  return type && { type, key: text.slice(colon + 1) };
}

/** The key of an object of this type: by its global id, or as the other faces know it. */
export function keyOf(type: NodeType, id: string): string {
  const read = readGlobalId(id);
  if (!read) return id;
  if (read.type === type) return read.key;
  throw new Invalid('request.invalid', `this is the id of a ${read.type}, and not of a ${type}`);
}
