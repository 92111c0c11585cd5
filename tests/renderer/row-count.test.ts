import { expect, it } from 'vitest'
import { rowCountText } from '#renderer/ui/row-count.ts'

it.each([
  [{ label: 'Deliveries', loaded: 1, more: false }, '1 row'],
  [{ label: 'Deliveries', loaded: 1, more: true }, '1 row loaded, there are more'],
  [{ label: 'API keys', loaded: 2, more: false }, '2 API keys'],
  [{ label: 'Deliveries', loaded: 1_200, more: true }, '1,200 deliveries loaded, there are more'],
  [{ label: 'Deliveries', loaded: 50, selected: 1, more: true }, '1 selected of 50 loaded'],
])('below a table stands of %j: “%s”', (rows, text) => {
  expect(rowCountText(rows)).toBe(text)
})
