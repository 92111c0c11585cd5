import type { Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const accessPath = '/settings/access'

/** The access explorer with its tabs. */
export const accessPage = (page: Page) => {
  const main = page.getByRole('main')
  const grid = page.getByRole('table', { name: 'People and actions' })
  return {
    tab: (name: string) => main.getByRole('tab', { name, exact: true }),
    subject: main.getByRole('button', { name: /^Person or API key/ }),
    option: (name: string | RegExp) => page.getByRole('option', { name }),
    action: (name: string | RegExp) => main.getByRole('option', { name }),
    about: main.getByLabel('About'),
    gates: main.getByRole('listitem').filter({ hasText: /^\d\. / }),
    saveExpectation: main.getByRole('button', { name: 'Save as expectation' }),
    tryChange: main.getByRole('link', { name: 'Try a change' }),
    whatIf: {
      add: main.getByRole('button', { name: 'Add a change' }),
      change: (number: number) =>
        main
          .getByRole('list', { name: 'Changes, in their order' })
          .getByRole('listitem')
          .nth(number - 1),
      outcomes: tablePart(page, 'Outcomes'),
      summary: main.getByRole('search').getByRole('status'),
    },
    matrix: {
      grid,
      row: (name: string) => grid.getByRole('row').filter({ hasText: name }),
      search: main.getByRole('searchbox', { name: 'Search by name or email' }),
      outcome: main.getByRole('combobox', { name: 'Outcome' }),
      export: main.getByRole('button', { name: 'Export' }),
    },
    expectations: {
      ...tablePart(page, 'Expectations'),
      add: main.getByRole('button', { name: 'Add expectation' }),
      run: main.getByRole('button', { name: 'Run now' }),
    },
    saving: {
      dialog: page.getByRole('dialog', { name: 'Save an expectation' }),
      save: page.getByRole('dialog').getByRole('button', { name: 'Save expectation' }),
    },
  }
}
