import { type DefinitionContent, DefinitionContents } from '@orrery/application';
import type { JsonObject, Namespace } from '@orrery/domain';
import type { Pool } from 'pg';
import { inDomainWords } from '../log/sql-errors.js';
import { storableText } from './storable.js';

const PUT = {
  name: 'definition-contents-put',
  text: `
    insert into definition_contents (namespace, hash, format, document, source) values ($1, $2, $3, $4, $5)
    on conflict (namespace, hash) do nothing`,
};

const GET = {
  name: 'definition-contents-get',
  text: `select document, source, format from definition_contents where namespace = $1 and hash = $2`,
};

interface ContentRow {
  readonly document: JsonObject;
  readonly source: string;
  readonly format: DefinitionContent['format'];
}

/** Keeps what definitions say. Unlike the lists it is no view: nothing could bring it back. */
export class PostgresDefinitionContents extends DefinitionContents {
  constructor(private readonly pool: Pool) {
    super();
  }

  override async put(namespace: Namespace, { hash, document, source, format }: DefinitionContent): Promise<void> {
    const values = [namespace, hash, format, JSON.stringify(document), storableText(source)];
    await inDomainWords(this.pool.query({ ...PUT, values }));
  }

  override async get(namespace: Namespace, hash: string): Promise<DefinitionContent | undefined> {
    const values = [namespace, storableText(hash)];
    const { rows } = await inDomainWords(this.pool.query<ContentRow>({ ...GET, values }));
    return rows[0] && { hash, ...rows[0] };
  }
}
