import { useState } from 'react'

/** What comes and goes over the page: no place to return to. */
const passing =
  '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"], [data-radix-focus-guard]'

const createReturnFocus = () => {
  let place: Element | null = null
  let following: AbortController | null = null
  return {
    onOpenAutoFocus: () => {
      place = document.activeElement
      following = new AbortController()
      // A menu or dialog that opened this one and is gone wants the focus back to where it was opened from.
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
