import { Plus, Trash2 } from 'lucide-react';
import { useId, useState } from 'react';
import type { Fault, Json, JsonObject } from '../api/types.js';
import { initialValue, isRequired, kindOf, propertiesOf, resolved, sayWanted } from '../model/input-schema.js';

export interface SchemaFieldProps {
  readonly schema: Json | undefined;
  readonly root: Json;
  readonly value: Json | undefined;
  /** Undefined takes the value away. */
  readonly change: (value: Json | undefined) => void;
  /** Where it stands in the input: a JSON pointer. */
  readonly pointer: string;
  readonly faults: readonly Fault[];
  readonly name?: string;
  readonly isRequired?: boolean;
}

/** Asks for a value as its schema says; for what no field can say, as JSON. */
export function SchemaField(props: SchemaFieldProps) {
  const schema = resolved(props.schema, props.root);
  const kind = kindOf(schema);
  if (kind === 'object') return <ObjectField {...props} schema={schema} />;
  if (kind === 'list') return <ListField {...props} schema={schema} />;
  return <OneField {...props} schema={schema} />;
}

type KnownProps = SchemaFieldProps & { readonly schema: JsonObject };

const faultsAt = ({ faults, pointer }: SchemaFieldProps) => faults.filter((fault) => fault.pointer === pointer);

function Faults({ faults, id }: { readonly faults: readonly Fault[]; readonly id?: string }) {
  if (faults.length === 0) return null;
  return (
    <span className="fault" id={id}>
      {faults.map(({ message }) => message).join('; ')}
    </span>
  );
}

function Name({
  name,
  schema,
  isRequired: must,
}: Pick<SchemaFieldProps, 'name' | 'isRequired'> & { schema: JsonObject }) {
  const { title, description } = schema;
  return (
    <span className="name">
      {typeof title === 'string' ? title : (name ?? 'Input')}
      <span className="faint">{[must ? '' : 'optional', sayWanted(schema)].filter(Boolean).join(', ')}</span>
      {typeof description === 'string' && <span className="faint">{description}</span>}
    </span>
  );
}

function ObjectField(props: KnownProps) {
  const { schema, root, value, change, pointer, faults, name } = props;
  const at = typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
  const set = (key: string) => (next: Json | undefined) => {
    const { [key]: _, ...rest } = at;
    // In the order of the schema, which is the one that people expect.
    const all: { [key: string]: Json | undefined } = { ...rest, [key]: next };
    const order = [...propertiesOf(schema).map(([each]) => each), ...Object.keys(rest)];
    const kept = [...new Set(order)].flatMap((each) => (all[each] === undefined ? [] : [[each, all[each]] as const]));
    change(Object.fromEntries(kept) as JsonObject);
  };
  return (
    <div className="asked">
      {name !== undefined && <Name {...props} />}
      <Faults faults={faultsAt(props)} />
      <div className={`asked-group ${name === undefined ? 'root' : ''}`} role="group" aria-label={name ?? 'Input'}>
        {propertiesOf(schema).map(([key, property]) => (
          <SchemaField
            key={key}
            name={key}
            schema={property}
            root={root}
            value={at[key]}
            change={set(key)}
            pointer={`${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`}
            faults={faults}
            isRequired={isRequired(schema, key)}
          />
        ))}
      </div>
    </div>
  );
}

function ListField(props: KnownProps) {
  const { schema, root, value, change, pointer, faults, name = 'item' } = props;
  const items = Array.isArray(value) ? (value as readonly Json[]) : [];
  return (
    <div className="asked">
      <Name {...props} />
      <Faults faults={faultsAt(props)} />
      <div className="asked-group" role="group" aria-label={name}>
        {items.map((item, index) => (
          <div className="list-item" key={index}>
            <SchemaField
              name={`${name} ${index + 1}`}
              schema={schema['items']}
              root={root}
              value={item}
              change={(next) => change(items.map((each, at) => (at === index ? (next ?? null) : each)))}
              pointer={`${pointer}/${index}`}
              faults={faults}
              isRequired
            />
            <button
              type="button"
              className="icon-button"
              aria-label={`Take away ${name} ${index + 1}`}
              onClick={() => change(items.filter((_, at) => at !== index))}
            >
              <Trash2 size={14} />
            </button>
          </div>
        ))}
        <button
          type="button"
          className="button"
          style={{ alignSelf: 'start' }}
          onClick={() => change([...items, initialValue(schema['items'], root, 1) ?? null])}
        >
          <Plus size={14} /> Add to {name}
        </button>
      </div>
    </div>
  );
}

function OneField(props: KnownProps) {
  const id = useId();
  const faults = faultsAt(props);
  const told = { 'aria-invalid': faults.length > 0, 'aria-describedby': faults.length > 0 ? `${id}-fault` : undefined };
  if (kindOf(props.schema) === 'flag') {
    return (
      <div className="asked">
        <label className="checked">
          <input
            type="checkbox"
            {...told}
            checked={props.value === true}
            onChange={({ target }) => props.change(target.checked)}
          />
          <Name {...props} />
        </label>
        <Faults faults={faults} id={`${id}-fault`} />
      </div>
    );
  }
  return (
    <label className="asked">
      <Name {...props} />
      <Control {...props} told={told} />
      <Faults faults={faults} id={`${id}-fault`} />
    </label>
  );
}

type ControlProps = KnownProps & { readonly told: object };

function Control({ schema, value, change, told }: ControlProps) {
  const kind = kindOf(schema);
  if (kind === 'choice') {
    const choices = schema['enum'] as readonly Json[];
    return (
      <select
        className="field"
        {...told}
        value={choices.indexOf(value ?? null)}
        onChange={({ target }) => change(choices[Number(target.value)])}
      >
        <option value={-1}>–</option>
        {choices.map((choice, index) => (
          <option key={String(choice)} value={index}>
            {String(choice)}
          </option>
        ))}
      </select>
    );
  }
  if (kind === 'json') return <JsonControl value={value} change={change} told={told} />;
  const isNumber = kind === 'number';
  const read = (text: string) => (isNumber ? (text === '' ? undefined : Number(text)) : text);
  return (
    <input
      className="field"
      {...told}
      type={isNumber ? 'number' : 'text'}
      step={schema['type'] === 'integer' ? 1 : 'any'}
      value={value === undefined || value === null ? '' : String(value)}
      onChange={({ target }) => change(read(target.value))}
    />
  );
}

function JsonControl({ value, change, told }: Pick<ControlProps, 'value' | 'change' | 'told'>) {
  const [text, setText] = useState(() => (value === undefined ? '' : JSON.stringify(value, null, 2)));
  const [isWrong, setWrong] = useState(false);
  const read = (next: string) => {
    setText(next);
    try {
      change(next.trim() === '' ? undefined : (JSON.parse(next) as Json));
      setWrong(false);
    } catch {
      setWrong(true);
    }
  };
  return (
    <>
      <textarea
        className="field"
        rows={4}
        {...told}
        {...(isWrong ? { 'aria-invalid': true } : {})}
        value={text}
        onChange={({ target }) => read(target.value)}
      />
      {isWrong && <span className="fault">This is no JSON yet.</span>}
    </>
  );
}
