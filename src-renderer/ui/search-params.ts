import { useCallback } from 'react'
import { useSearchParams } from 'react-router'

/** One text of the URL's search. Setting '' removes it. Replaces the history entry: typing is not navigation. */
export const useSearchParam = (name: string, fallback = '') => {
  const [params, setParams] = useSearchParams()
  const set = useCallback(
    (value: string) =>
      setParams(
        (current) => {
          const next = new URLSearchParams(current)
          if (value === '' || value === fallback) next.delete(name)
          else next.set(name, value)
          return next
        },
        { replace: true },
      ),
    [name, fallback, setParams],
  )
  return [params.get(name) ?? fallback, set] as const
}

/** As {@link useSearchParam}, for one of a known list; anything else in the URL reads as the fallback. */
export const useChoiceParam = <V extends string, F extends V | ''>(
  name: string,
  choices: readonly V[],
  fallback: F,
): readonly [V | F, (value: V | F) => void] => {
  const [value, set] = useSearchParam(name, fallback)
  const chosen: V | F = choices.find((choice) => choice === value) ?? fallback
  return [chosen, set]
}

/** Removes the named parameters from the URL: "clear filters". */
export const useClearParams = (names: readonly string[]) => {
  const [, setParams] = useSearchParams()
  return () =>
    setParams(
      (current) => {
        const next = new URLSearchParams(current)
        for (const name of names) next.delete(name)
        return next
      },
      { replace: true },
    )
}
