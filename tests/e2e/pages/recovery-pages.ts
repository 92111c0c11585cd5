import type { Page } from '@playwright/test'
import { tablePart } from './parts.ts'

/** The tab of a webhook with its signing secrets. */
export const secretsPart = (page: Page) => {
  const main = page.getByRole('main')
  const rotation = page.getByRole('dialog', { name: 'Rotate the signing secret' })
  return {
    secrets: main.getByRole('list', { name: 'Signing secrets' }).getByRole('listitem'),
    rotate: main.getByRole('button', { name: 'Rotate …' }),
    extend: main.getByRole('button', { name: 'Extend the overlap …' }),
    end: main.getByRole('button', { name: 'End it now …' }),
    probe: main.getByRole('button', { name: 'Send one with the new key only' }),
    verdict: main.getByRole('region', { name: 'Has the receiver switched?' }).getByRole('status'),
    rotation: {
      dialog: rotation,
      overlap: rotation.getByLabel('Overlap'),
      allTheSame: rotation.getByRole('checkbox', { name: 'Rotate again all the same' }),
      submit: rotation.getByRole('button', { name: 'Rotate secret' }),
      cancel: rotation.getByRole('button', { name: 'Cancel' }),
    },
  }
}

/** What is held, with its release and discard. */
export const heldPage = (page: Page) => {
  const release = page.getByRole('dialog', { name: /^Release / })
  const discard = page.getByRole('alertdialog', { name: /^Discard / })
  return {
    ...tablePart(page, 'Reasons to hold'),
    actions: (webhook: string) => page.getByRole('button', { name: new RegExp(`^Actions for ${webhook},`) }),
    pause: page.getByRole('button', { name: 'Pause the release' }),
    resume: page.getByRole('button', { name: 'Resume the release' }),
    cancel: page.getByRole('button', { name: 'Cancel the release' }),
    release: {
      dialog: release,
      perSecond: release.getByLabel('Deliveries per second'),
      submit: release.getByRole('button', { name: 'Resume and release' }),
    },
    discard: {
      dialog: discard,
      cancel: discard.getByRole('button', { name: 'Cancel' }),
      note: discard.getByLabel('Why'),
      confirm: discard.getByRole('button', { name: /^Discard/ }),
    },
  }
}

/** The dry run of a recovery, and its progress. */
export const recoveryPage = (page: Page) => {
  const main = page.getByRole('main')
  return {
    ...tablePart(page, 'Recoveries'),
    recover: main.getByRole('link', { name: 'Recover …' }),
    plan: main.getByRole('region', { name: 'What would be sent' }),
    sendOneFirst: main.getByRole('checkbox', { name: 'Send one first' }),
    address: main.getByLabel('To another address'),
    start: main.getByRole('button', { name: 'Start the recovery' }),
    status: main.getByRole('status'),
    link: (label: string) =>
      main.getByRole('region', { name: 'Progress' }).getByRole('link', { name: label }),
    number: (label: string) =>
      main.getByRole('region', { name: 'Progress' }).locator('div').filter({ hasText: label }),
  }
}

/** The dialog that sends what a delivery sent to another address. */
export const replayPart = (page: Page) => {
  const dialog = page.getByRole('dialog', { name: 'Replay to another URL' })
  return {
    open: page.getByRole('main').getByRole('button', { name: 'Replay to another URL …' }),
    dialog,
    url: dialog.getByLabel('URL', { exact: true }),
    submit: dialog.getByRole('button', { name: 'Replay', exact: true }),
  }
}
