// node tools/schemas.mjs: writes schemas/ from the shapes that definitions are checked by, and says if that changed it.
import { load, write } from './generated.mjs';

const { DEFINITION_SCHEMA } = await load('libs/domain/src/index.ts', 'schemas');
await write('schemas/definition.schema.json', DEFINITION_SCHEMA);
