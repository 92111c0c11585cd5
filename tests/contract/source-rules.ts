/** Rules about the source that no linter of ours knows. Each answers with one line for each breach. */
import { Visitor } from 'vite'
import { parseSource, type Source } from './source-reader.ts'

const linesMax = 400

export const tooLong = ({ path, text }: Source): string[] => {
  const lines = text.trimEnd().split('\n').length
  return lines > linesMax ? [`${path} has ${lines} lines`] : []
}

interface Node {
  readonly type: string
  readonly name?: unknown
  readonly value?: unknown
}

const nameOf = (node: Node): string | null => {
  if (node.type === 'Identifier' && typeof node.name === 'string') return node.name
  return node.type === 'Literal' && typeof node.value === 'string' ? node.value : null
}

/** The clock and the dice of the machine, which the engine and the delivery are given from outside. */
export const readsClockOrDice = (source: Source): string[] => {
  const found: string[] = []
  const { program } = parseSource(source)
  new Visitor({
    MemberExpression(node) {
      const what = `${nameOf(node.object)}.${nameOf(node.property)}`
      if (what === 'Date.now' || what === 'Math.random') found.push(`${source.path} uses ${what}`)
    },
    NewExpression(node) {
      if (nameOf(node.callee) === 'Date' && node.arguments.length === 0) {
        found.push(`${source.path} uses new Date()`)
      }
    },
  }).visit(program)
  return found
}

const connections = ['fetch', 'XMLHttpRequest', 'WebSocket', 'EventSource', 'sendBeacon']
const globals = ['window', 'globalThis', 'self', 'navigator']

/** Ways of the console to the host and the shell, which one file has. */
export const reachesOutside = (source: Source): string[] => {
  const found: string[] = []
  const note = (what: string) => found.push(`${source.path} uses ${what}`)
  const { program } = parseSource(source)
  new Visitor({
    CallExpression({ callee }) {
      const name = nameOf(callee)
      if (name !== null && connections.includes(name)) note(name)
    },
    NewExpression({ callee }) {
      const name = nameOf(callee)
      if (name !== null && connections.includes(name)) note(name)
    },
    MemberExpression({ object, property }) {
      const name = nameOf(property)
      if (name === null || !globals.includes(nameOf(object) ?? '')) return
      if (connections.includes(name) || name === 'patchbay') note(`${nameOf(object)}.${name}`)
    },
  }).visit(program)
  return found
}
