import { DocumentReader, type ReadDocument } from '@orrery/application';
import { LIMITS, TooLarge } from '@orrery/domain';
import { TextReport, Unreadable, unreadable } from './document-faults.js';
import { JsonText } from './json-text.js';
import { type Span, locator } from './located.js';
import { Places } from './places.js';
import { decodeUtf8 } from './utf8.js';
import { YamlText } from './yaml-text.js';

const READERS = { json: JsonText, yaml: YamlText };

/** Reads JSON and YAML into plain JSON, and tells the place of every part of it. */
export class TextDocumentReader extends DocumentReader {
  override read(source: string | Uint8Array, format: 'json' | 'yaml'): ReadDocument {
    const { definitionBytes } = LIMITS;
    if (source.length > definitionBytes) {
      const message = `the definition is larger than ${definitionBytes} bytes (definitionBytes)`;
      throw new TooLarge('definition.too-large', message, 'definitionBytes', definitionBytes);
    }
    const { text, faults } = typeof source === 'string' ? withoutMark(source) : decodeUtf8(source);
    const places = new Places(text);
    if (faults) throw unreadable(faults, places);
    const read = (spans?: Map<string, Span>) => readText(text, format, spans);
    const spans = () => {
      const found = new Map<string, Span>();
      read(found);
      return found;
    };
    try {
      return { value: read(), locate: locator(places, spans) };
    } catch (thrown) {
      throw thrown instanceof Unreadable ? unreadable(thrown.faults, places) : thrown;
    }
  }
}

function readText(text: string, format: 'json' | 'yaml', spans?: Map<string, Span>) {
  const report = new TextReport();
  const value = new READERS[format](text, report, spans).read();
  report.settle();
  return value;
}

/** A byte order mark says nothing in UTF-8, and editors do not count it. */
function withoutMark(text: string) {
  return { text: text.startsWith('\uFEFF') ? text.slice(1) : text, faults: undefined };
}
