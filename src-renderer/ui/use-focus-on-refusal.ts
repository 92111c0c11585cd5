import { useEffect, useState } from 'react'

/**
 * Puts the focus on the first field that shows an error, also where it is folded away. A dialog that closes gives the
 * focus back in a task of its own, and this one comes after it.
 * @returns to be called with the form that was refused.
 */
export const useFocusOnRefusal = () => {
  const [refused, setRefused] = useState<{ readonly form: HTMLElement } | null>(null)
  useEffect(() => {
    if (refused === null) return
    const timer = setTimeout(() => {
      const field = refused.form.querySelector<HTMLElement>('[aria-invalid="true"]')
      const folded = field?.closest('details')
      if (folded) folded.open = true
      field?.focus()
    })
    return () => clearTimeout(timer)
  }, [refused])
  return (form: unknown) => {
    if (form instanceof HTMLElement) setRefused({ form })
  }
}
