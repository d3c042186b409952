/** AMQP keeps properties that are texts in so many bytes. */
const BYTES_MAX = 255;

/** A text as a property of a message; nothing where no property can hold it. */
export function shortText(value: string | undefined): string | undefined {
  return value !== undefined && Buffer.byteLength(value) > BYTES_MAX ? undefined : value;
}
