/** The table of DESIGN.md section 2: which room may import what. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { type Import, importsOf, type Source } from './source-reader.ts'

const rooms = ['contract', 'preload', 'renderer', 'shell', 'host', 'engine', 'delivery', 'store'] as const
type Room = (typeof rooms)[number]

/** The room of a file of the project, or null when it belongs to none. */
export const roomOf = (path: string): Room | null => {
  if (path.startsWith('src-preload/contract/')) return 'contract'
  if (path.startsWith('src-preload/')) return 'preload'
  if (path.startsWith('src-renderer/')) return 'renderer'
  if (path === 'src-main/main.ts' || path.startsWith('src-main/shell/')) return 'shell'
  const room = /^src-main\/(engine|delivery|store)\//.exec(path)?.[1]
  if (room) return rooms.find((name) => name === room) ?? null
  // What is left is put together there: host/, serve.ts, cli.ts and the commands of the command line.
  return path.startsWith('src-main/') ? 'host' : null
}

/** What an import leads to. */
type Target =
  | { readonly kind: 'room'; readonly room: Room; readonly path: string }
  | { readonly kind: 'resource'; readonly path: string }
  | { readonly kind: 'node'; readonly name: string }
  | { readonly kind: 'package'; readonly name: string }
  | { readonly kind: 'nowhere' }

const aliases: readonly (readonly [string, string])[] = [
  ['#contract/', 'src-preload/contract/'],
  ['#main/', 'src-main/'],
  ['#renderer/', 'src-renderer/'],
  ['#resources/', 'resources/'],
]

const packageName = (specifier: string) =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')

const targetOfPath = (path: string): Target => {
  if (path.startsWith('resources/')) return { kind: 'resource', path }
  const room = roomOf(path)
  return room === null ? { kind: 'nowhere' } : { kind: 'room', room, path }
}

const targetOf = (from: string, specifier: string): Target => {
  if (specifier.startsWith('.')) return targetOfPath(posix.join(posix.dirname(from), specifier))
  const alias = aliases.find(([prefix]) => specifier.startsWith(prefix))
  if (alias) return targetOfPath(alias[1] + specifier.slice(alias[0].length))
  if (isBuiltin(specifier)) return { kind: 'node', name: specifier.replace(/^node:/, '') }
  return { kind: 'package', name: packageName(specifier) }
}

interface Rule {
  readonly rooms: readonly Room[]
  /** `true`: everything that is not refused by name. */
  readonly packages: readonly RegExp[] | true
  readonly node: readonly RegExp[]
  readonly resources: boolean
}

const nothingOfNode: readonly RegExp[] = []
const allOfNode = [/./]
/** Every boundary parses what it is given, so every room but the preload may use zod. */
const zod = /^zod$/

const userInterfacePackages = [
  zod,
  /^react$|^react-dom$|^react-router$|^react-hook-form$|^@hookform\/resolvers$/,
  /^radix-ui$|^@radix-ui\//,
  /^@tanstack\//,
  /^@orpc\/(client|contract|tanstack-query)$/,
  /^zustand$|^lucide-react$|^cmdk$|^sonner$|^clsx$|^uplot$|^tailwindcss$/,
]

const rules: Record<Room, Rule> = {
  contract: {
    rooms: ['contract'],
    packages: [zod, /^@orpc\/contract$/],
    node: nothingOfNode,
    resources: false,
  },
  engine: {
    rooms: ['engine', 'contract'],
    packages: [zod, /^ajv$|^ajv-formats$|^typeid-js$/],
    node: [/^crypto$/],
    resources: true,
  },
  store: {
    rooms: ['store', 'contract'],
    packages: [zod, /^kysely$|^better-sqlite3$|^pg$/],
    node: allOfNode,
    resources: false,
  },
  delivery: {
    rooms: ['delivery', 'contract'],
    packages: [zod, /^undici$|^ipaddr\.js$/],
    node: allOfNode,
    resources: false,
  },
  host: {
    rooms: ['host', 'engine', 'delivery', 'store', 'contract'],
    packages: true,
    node: allOfNode,
    resources: true,
  },
  shell: {
    rooms: ['shell', 'contract'],
    packages: [zod, /^electron$|^electron-store$/],
    node: allOfNode,
    resources: false,
  },
  preload: { rooms: ['contract'], packages: [/^electron$/], node: nothingOfNode, resources: false },
  renderer: {
    rooms: ['renderer', 'contract'],
    packages: userInterfacePackages,
    node: nothingOfNode,
    resources: false,
  },
}

const storeInterface = 'src-main/store/interface.ts'
const workerEntry = 'src-main/delivery/worker.ts'

/** What the table's footnotes allow beyond it. */
const isException = (from: string, room: Room, target: Target, typeOnly: boolean): boolean => {
  if (target.kind === 'room' && target.room === 'store') {
    const readsInterface = (room === 'engine' || room === 'delivery') && target.path === storeInterface
    return (readsInterface && typeOnly) || from === workerEntry
  }
  // The types of the contract's inputs and outputs are inferred with it.
  return room === 'engine' && target.kind === 'package' && target.name === '@orpc/contract' && typeOnly
}

const isAllowed = (rule: Rule, target: Target): boolean => {
  switch (target.kind) {
    case 'room':
      return rule.rooms.includes(target.room)
    case 'resource':
      return rule.resources
    case 'node':
      return rule.node.some((name) => name.test(target.name))
    case 'package':
      return rule.packages === true
        ? !/^electron(-|$)/.test(target.name)
        : rule.packages.some((name) => name.test(target.name))
    case 'nowhere':
      return false
  }
}

/** Only the entries meet Electron itself; the modules of the shell get it, so that tests can give another. */
const isElectronAtRunTime = (from: string, target: Target, typeOnly: boolean) =>
  from.startsWith('src-main/shell/') && target.kind === 'package' && target.name === 'electron' && !typeOnly

const violation = (from: string, room: Room, { specifier, typeOnly }: Import): string | null => {
  if (specifier === null) return `${from} imports what cannot be read here`
  const target = targetOf(from, specifier)
  const allowed =
    (isAllowed(rules[room], target) && !isElectronAtRunTime(from, target, typeOnly)) ||
    isException(from, room, target, typeOnly)
  return allowed ? null : `${from} (${room}) may not import ${typeOnly ? 'types of ' : ''}${specifier}`
}

/** One line for each import of a file that the table does not allow. */
export const violationsOf = (source: Source): string[] => {
  const room = roomOf(source.path)
  if (room === null) return [`${source.path} belongs to no room`]
  return importsOf(source).flatMap((found) => violation(source.path, room, found) ?? [])
}
