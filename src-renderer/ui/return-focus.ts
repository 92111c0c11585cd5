import { useState } from 'react'

/** What comes and goes over the page: no place to return to. */
const passing =
  '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [data-radix-focus-guard]'

/** The button of the menu that an item belongs to: the menu is gone by the time that the dialog closes. */
const menuButtonOf = (element: Element | null) =>
  document.getElementById(element?.closest('[role="menu"]')?.getAttribute('aria-labelledby') ?? '')

const createReturnFocus = () => {
  let place: Element | null = null
  let following: AbortController | null = null
  return {
    onOpenAutoFocus: () => {
      const { activeElement } = document
      place = menuButtonOf(activeElement) ?? activeElement
      following = new AbortController()
      // A dialog that opened this one and is gone wants the focus back to where it was opened from.
      const follow = ({ target }: FocusEvent) => {
        if (target instanceof Element && !target.closest(passing)) place = target
      }
      document.addEventListener('focusin', follow, { signal: following.signal })
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
 * Handlers for the content of a dialog that return the focus to where it was before, or to the page when that is
 * gone. Radix does so only for a dialog that has its trigger inside.
 */
export const useReturnFocus = () => useState(createReturnFocus)[0]
