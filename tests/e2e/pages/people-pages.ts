import type { Page } from '@playwright/test'
import { tablePart } from './parts.ts'

export const usersPath = '/settings/users'
export const subscriptionPath = '/settings/subscription'

/** The people of an organization, with the dialogs that invite and change them. */
export const usersPage = (page: Page) => {
  const inviting = page.getByRole('dialog', { name: 'Invite a user' })
  return {
    ...tablePart(page, 'Users'),
    invite: page.getByRole('button', { name: 'Invite user' }).first(),
    whyNoInvite: page.getByRole('button', { name: 'Why can’t I invite?' }),
    actions: (name: string) => page.getByRole('button', { name: `Actions for ${name}`, exact: true }),
    inviting: {
      name: inviting.getByLabel('Name'),
      email: inviting.getByLabel('Email'),
      organizationRole: inviting.getByLabel('Organization role'),
      workspaceRole: inviting.getByLabel('Workspace role'),
      submit: inviting.getByRole('button', { name: 'Invite user' }),
    },
    person: (name: string) => {
      const dialog = page.getByRole('dialog', { name, exact: true })
      return {
        dialog,
        organizationRole: dialog.getByLabel('Organization role'),
        workspaceRole: dialog.getByLabel('Workspace role'),
        effect: dialog.getByRole('status'),
        save: dialog.getByRole('button', { name: 'Save roles' }),
        makeMember: dialog.getByRole('button', { name: 'Make a member' }),
        problem: dialog.getByRole('alert'),
      }
    },
  }
}

/** The first password of an invited person. */
export const setPasswordPage = (page: Page) => ({
  title: page.getByRole('heading', { level: 1, name: /^Welcome, / }),
  password: page.getByLabel('Password', { exact: true }),
  repeated: page.getByLabel('The same again'),
  set: page.getByRole('button', { name: 'Set password' }),
})

/** The plan of an organization and the dialog that changes it. */
export const subscriptionPage = (page: Page) => {
  const dialog = page.getByRole('alertdialog', { name: /^Change the plan to/ })
  return {
    changeTo: (plan: string) => page.getByRole('button', { name: `Change to ${plan} …` }),
    whyNoChange: page.getByRole('button', { name: 'Why can’t I change the plan?' }),
    dialog,
    cancel: dialog.getByRole('button', { name: 'Cancel' }),
    change: dialog.getByRole('button', { name: 'Change plan' }),
  }
}
