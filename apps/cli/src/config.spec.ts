import { describe, expect, it } from '@jest/globals';
import { configOf, serverUrl } from './config.js';

describe('The environment of the command line', () => {
  it('has defaults', () => {
    expect(configOf({})).toEqual({
      url: undefined,
      contextsFile: undefined,
      databaseUrl: undefined,
      dataDirectory: '.orrery',
      isCi: false,
      isDumb: false,
      color: undefined,
    });
  });

  it.each([
    [{ HOME: '/users/ada' }, '/users/ada/.config/orrery/contexts.json'],
    [{ HOME: '/users/ada', XDG_CONFIG_HOME: '/etc/ada' }, '/etc/ada/orrery/contexts.json'],
    [{ HOME: '/users/ada', XDG_CONFIG_HOME: 'relative' }, '/users/ada/.config/orrery/contexts.json'],
    [{ APPDATA: '/ada/AppData' }, '/ada/AppData/orrery/contexts.json'],
  ])('%j says where contexts are kept', (environment, file) => {
    expect(configOf(environment).contextsFile).toBe(file);
  });

  it.each([
    [{ NO_COLOR: '1' }, false],
    [{ NO_COLOR: '' }, undefined],
    [{ NO_COLOR: '1', FORCE_COLOR: '1' }, false],
    [{ FORCE_COLOR: '1' }, true],
    [{ FORCE_COLOR: '0' }, false],
  ])('%j says of colours %p', (environment, color) => {
    expect(configOf(environment).color).toBe(color);
  });

  it('knows machines that read along, and terminals that cannot draw', () => {
    expect(configOf({ CI: 'true', TERM: 'dumb' })).toMatchObject({ isCi: true, isDumb: true });
    expect(configOf({ CI: 'false', TERM: 'xterm' })).toMatchObject({ isCi: false, isDumb: false });
  });
});

describe('The address of a server', () => {
  it.each([
    ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000'],
    ['https://orrery.example.org/api/v1', 'https://orrery.example.org'],
  ])('%s is taken as %s', (written, url) => {
    expect(serverUrl(written)).toBe(url);
  });

  it.each(['localhost:8000', 'ftp://a', ''])('"%s" is refused', (written) => {
    expect(() => serverUrl(written)).toThrow(`"${written}" is no address of a server`);
  });
});
