import { useEffect } from 'react'
import { useLocation } from 'react-router'

/** Brings the part of a page that the address names into view, and gives its id. */
export const useHashTarget = (): string => {
  const { hash } = useLocation()
  const id = decodeURIComponent(hash.slice(1))
  useEffect(() => {
    if (id) document.getElementById(id)?.scrollIntoView({ block: 'center' })
  }, [id])
  return id
}
