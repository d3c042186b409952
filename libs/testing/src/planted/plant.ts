/** A class of the product, as far as a fault in it is concerned. */
interface Class {
  readonly prototype: object;
}

type Method = (this: object, ...args: never[]) => unknown;

/** Does some work with a fault in the product: a method that does what it should not, given what it does. */
export async function withPlanted<T>(
  { prototype }: Class,
  name: string,
  faulty: (sound: Method) => Method,
  work: () => Promise<T>,
): Promise<T> {
  const sound = Reflect.get(prototype, name) as Method;
  Reflect.set(prototype, name, faulty(sound));
  try {
    return await work();
  } finally {
    Reflect.set(prototype, name, sound);
  }
}
