import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ParseResult, parseSync, Visitor } from 'vite'

export const root = join(import.meta.dirname, '..', '..')

/** A source file: its path from the root of the project, with `/`, and its text. */
export interface Source {
  readonly path: string
  readonly text: string
}

/** What a file imports, however: statically, dynamically, by re-export, in a type. */
export interface Import {
  /** As written. Null when it is not a literal and so cannot be read here. */
  readonly specifier: string | null
  /** Nothing of it is left at run time. */
  readonly typeOnly: boolean
}

/** The TypeScript files below a folder. */
export const sourcesIn = (folder: string): Source[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.(ts|tsx|mts|mjs)$/.test(name) && !name.includes('node_modules'))
    .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
    .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

export const parseSource = ({ path, text }: Source): ParseResult => {
  const parsed = parseSync(path, text)
  const [error] = parsed.errors
  if (error) throw new Error(`${path} does not parse: ${error.message}`)
  return parsed
}

const isDeclaration = (statement: string) => /^(import|export)\s+type\b/.test(statement)

/** Every import of a file, in the order of the kinds: static, re-exports, dynamic, in types, `require`. */
export const importsOf = (source: Source): Import[] => {
  const { module, program } = parseSource(source)
  const textOf = ({ start, end }: { start: number; end: number }) => source.text.slice(start, end)
  const found: Import[] = []
  for (const statement of module.staticImports) {
    const { entries, moduleRequest } = statement
    const allTypes = entries.length > 0 && entries.every(({ isType }) => isType)
    found.push({
      specifier: moduleRequest.value,
      typeOnly: isDeclaration(textOf(statement)) || allTypes,
    })
  }
  for (const { entries } of module.staticExports) {
    for (const { moduleRequest, isType } of entries) {
      if (moduleRequest) found.push({ specifier: moduleRequest.value, typeOnly: isType })
    }
  }
  const literal = (node: { type: string; value?: unknown } | undefined) =>
    node?.type === 'Literal' && typeof node.value === 'string' ? node.value : null
  new Visitor({
    ImportExpression(node) {
      found.push({ specifier: literal(node.source), typeOnly: false })
    },
    TSImportType(node) {
      found.push({ specifier: literal(node.source), typeOnly: true })
    },
    CallExpression(node) {
      const isRequire = node.callee.type === 'Identifier' && node.callee.name === 'require'
      if (isRequire) found.push({ specifier: literal(node.arguments[0]), typeOnly: false })
    },
  }).visit(program)
  return found
}
