import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { openApi } from './contract/openapi.js';

/** Serves the document, and a page that shows it; the page's parts come from this server too. */
export function serveDocs(app: NestFastifyApplication, version: string): void {
  const document = openApi(version) as unknown as OpenAPIObject;
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: 'Orrery API',
  });
}
