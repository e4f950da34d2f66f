import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { describe, expect, it } from 'vitest';

/**
 * Which room may use which, as data. A room is a folder; `domain` may be used by
 * everybody. `types` are uses that disappear when the program runs.
 */
interface Room {
  readonly folder: string;
  /** Rooms, or single files of a room, whose values may be used. */
  readonly uses: readonly string[];
  readonly types?: readonly string[];
  /** Uses by tests only. */
  readonly tests?: readonly string[];
  /** The room reaches the outside world; false: no Node module may appear in it. */
  readonly pure?: boolean;
}

const DOMAIN = 'src/domain';

const ROOMS: readonly Room[] = [
  { folder: DOMAIN, uses: [], pure: true },
  { folder: 'src/store', uses: [] },
  { folder: 'src/documents', uses: [] },
  { folder: 'src/fingerprint', uses: [] },
  { folder: 'native-bridges', uses: [] },
  { folder: 'src/register', uses: ['src/store', 'src/fingerprint/codecs'] },
  { folder: 'src/ledger', uses: ['src/store'] },
  { folder: 'src/sync', uses: ['src/ledger', 'src/store'] },
  // Of the register the centre has sealed records alone, which it can't open.
  { folder: 'src/collector', uses: ['src/sync', 'src/ledger', 'src/store', 'src/register/visitors'] },
  // Election packages: a register, sealed and signed.
  { folder: 'src/packages', uses: ['src/register', 'src/ledger', 'src/store'] },
  {
    folder: 'src/station',
    uses: [
      'src/store',
      'src/documents',
      'src/fingerprint',
      'src/register',
      'src/ledger',
      'src/sync',
      'src/packages',
    ],
  },
  { folder: 'src/ui', uses: [], types: ['src/station/api'], pure: true },
  // The observers' page checks the ledger with none of the ledger's code.
  { folder: 'src/verifier', uses: [], pure: true },
];

/** These compose the rest: they may use every room, but no room may use them. */
const COMPOSERS = ['electron', 'scripts', 'fixtures', 'test'];
/** Synthetic data and doubles, for tests beside the code. */
const TEST_USES = ['fixtures'];

const ROOT = resolve(import.meta.dirname, '..');

interface Import {
  readonly file: string;
  readonly specifier: string;
  readonly typeOnly: boolean;
}

describe('the allowed imports', () => {
  it('hold in every source file of every room', () => {
    const breaches = ROOMS.flatMap((room) =>
      importsOf(room.folder)
        .map((found) => breachOf(room, found))
        .filter((breach) => breach !== null),
    );
    expect(breaches).toEqual([]);
  });

  it('name every folder that holds sources', () => {
    const named = new Set([...ROOMS.map((room) => room.folder), ...COMPOSERS]);
    const folders = readdirSync(join(ROOT, 'src')).map((name) => `src/${name}`);
    expect(folders.filter((folder) => !named.has(folder))).toEqual([]);
  });

  it('tell a value from a type, a test from a source, and a room from its neighbour', () => {
    const ui = roomOf('src/ui');
    const api = (typeOnly: boolean) => ({
      file: 'src/ui/desk/desk.tsx',
      specifier: '../../station/api/api.ts',
      typeOnly,
    });
    expect(breachOf(ui, api(true))).toBe(null);
    expect(breachOf(ui, api(false))).toContain('src/station/api/api.ts');

    const register = roomOf('src/register');
    const codec = { file: 'src/register/a.ts', specifier: '../fingerprint/codecs/c.ts', typeOnly: false };
    expect(breachOf(register, codec)).toBe(null);
    expect(breachOf(register, { ...codec, specifier: '../fingerprint/engine.ts' })).toContain('engine');
    expect(breachOf(register, { ...codec, specifier: '../../fixtures/random.ts' })).toContain('fixtures');
    const tested = { ...codec, file: 'src/register/a.test.ts', specifier: '../../fixtures/random.ts' };
    expect(breachOf(register, tested)).toBe(null);

    const domain = roomOf(DOMAIN);
    expect(breachOf(domain, { file: 'src/domain/a.ts', specifier: 'node:fs', typeOnly: false })).toContain(
      'node:fs',
    );
    expect(breachOf(domain, { file: 'src/domain/a.ts', specifier: 'zod', typeOnly: false })).toBe(null);
  });

  it('read imports of every form', () => {
    const source = [
      "import { a } from './a.ts';",
      "import type { B } from './b.ts';",
      "import { type C, type D } from './c.ts';",
      "import { type E, f } from './e.ts';",
      "export { g } from './g.ts';",
      "export type { H } from './h.ts';",
      "import './side-effect.ts';",
      "const lazy = await import('./lazy.ts');",
      'import {\n  type I,\n  type J,\n} from "./i.ts";',
      "export * from './k.ts';",
    ].join('\n');
    const values = readImports('x.ts', source);
    expect(values.map(({ specifier, typeOnly }) => `${specifier} ${typeOnly}`)).toEqual([
      './a.ts false',
      './b.ts true',
      './c.ts false',
      './e.ts false',
      './g.ts false',
      './h.ts true',
      './i.ts false',
      './k.ts false',
      './side-effect.ts false',
      './lazy.ts false',
    ]);
  });
});

function roomOf(folder: string): Room {
  const room = ROOMS.find((candidate) => candidate.folder === folder);
  if (room === undefined) throw new Error(`no room ${folder}`);
  return room;
}

/** What is wrong with an import, or null. */
function breachOf(room: Room, { file, specifier, typeOnly }: Import): string | null {
  const isTest = /\.test\.tsx?$/.test(file) || file.includes('/testing/');
  if (!specifier.startsWith('.')) {
    const forbidden = room.pure === true && !isTest && /^node:/.test(specifier);
    return forbidden ? `${file} uses ${specifier}` : null;
  }
  const target = relative(ROOT, resolve(ROOT, dirname(file), specifier))
    .split(sep)
    .join('/');
  const allowed = [
    DOMAIN,
    room.folder,
    ...room.uses,
    ...(typeOnly ? (room.types ?? []) : []),
    ...(isTest ? [...TEST_USES, ...(room.types ?? []), ...(room.tests ?? [])] : []),
  ];
  const fits = allowed.some((place) => target === place || target.startsWith(`${place}/`));
  return fits ? null : `${file} uses ${target}`;
}

function importsOf(folder: string): Import[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .flatMap((entry) => {
      const path = join(entry.parentPath, entry.name);
      return readImports(relative(ROOT, path).split(sep).join('/'), readFileSync(path, 'utf8'));
    });
}

/**
 * Static, re-exporting, bare and dynamic imports, in this order. `import { type A }` counts as a use of values: under
 * verbatimModuleSyntax it still loads the file when the program runs.
 */
function readImports(file: string, source: string): Import[] {
  const statements = source.matchAll(
    /^\s*(?:import|export)\s+(type\s+)?[\w$*{][\w$*{},\s]*?\sfrom\s+['"]([^'"]+)['"]/gm,
  );
  const named = [...statements].map(([, type, specifier = '']) => ({
    file,
    specifier,
    typeOnly: type !== undefined,
  }));
  const bare = source.matchAll(/^\s*import\s+['"]([^'"]+)['"]/gm);
  const dynamic = source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g);
  const others = [...bare, ...dynamic].map(([, specifier = '']) => ({ file, specifier, typeOnly: false }));
  return [...named, ...others];
}
