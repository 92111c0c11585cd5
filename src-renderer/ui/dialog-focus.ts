import { useState } from 'react'

/** What comes and goes over the page: no place to return to. */
const passing =
  '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [data-radix-focus-guard]'

const fields = ['input', 'select', 'textarea'].map((name) => `${name}:enabled:not([aria-hidden])`).join(', ')

/** The button of the menu that an item belongs to: the menu is gone by the time that the dialog closes. */
const menuButtonOf = (element: Element | null) =>
  document.getElementById(element?.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? '')

/** The first field, else the dialog itself: a button that it begins with would open its tooltip, which takes Escape. */
const focusInside = (content: EventTarget | null) => {
  if (!(content instanceof HTMLElement)) return
  const field = content.querySelector<HTMLElement>(fields)
  if (field instanceof HTMLInputElement) field.select()
  const target = field ?? content
  target.focus()
}

const createDialogFocus = () => {
  let place: Element | null = null
  let following: AbortController | null = null
  return {
    /** `wanted`: where the focus goes; by itself it goes to the first field. */
    onOpenAutoFocus: (event: Event, wanted?: HTMLElement | null) => {
      const { activeElement } = document
      place = menuButtonOf(activeElement) ?? activeElement
      following = new AbortController()
      // A dialog that opened this one and is gone wants the focus back to where it was opened from.
      const follow = ({ target }: FocusEvent) => {
        if (target instanceof Element && !target.closest(passing)) place = target
      }
      document.addEventListener('focusin', follow, { signal: following.signal })
      event.preventDefault()
      if (wanted) wanted.focus()
      else focusInside(event.currentTarget)
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault()
      following?.abort()
      const there = place?.isConnected && place !== document.body ? place : document.querySelector('main')
      if (there instanceof HTMLElement) there.focus()
    },
  }
}

/**
 * Handlers for the content of a dialog: the focus goes in when it opens, and back to where it was when it closes (or
 * to the page when that is gone). Radix gives it back only for a dialog that has its trigger inside.
 */
export const useDialogFocus = () => useState(createDialogFocus)[0]
