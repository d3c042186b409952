import { useEffect, useRef } from 'react';
import { Link, useSearchParams } from 'react-router';

export interface Tab {
  readonly name: string;
  readonly label: string;
  readonly count?: number;
}

export interface TabsProps {
  /** What the tabs are parts of, for who hears them. */
  readonly of: string;
  readonly tabs: readonly Tab[];
  readonly current: string;
}

/** Parts of a page, each with its address. Where they are wider than the page, the current one is brought into sight. */
export function Tabs({ of, tabs, current }: TabsProps) {
  const [words] = useSearchParams();
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    const all = nav.current!;
    const tab = all.querySelector<HTMLElement>('[aria-current]');
    if (tab) all.scrollLeft = tab.offsetLeft - (all.clientWidth - tab.offsetWidth) / 2;
  }, [current]);
  return (
    <nav ref={nav} className="tabs" aria-label={of}>
      {tabs.map(({ name, label, count }) => {
        const next = new URLSearchParams(words);
        next.set('tab', name);
        return (
          <Link key={name} to={`?${next}`} replace aria-current={name === current ? 'page' : undefined}>
            {label}
            {count !== undefined && <span className="count">{count.toLocaleString('en')}</span>}
          </Link>
        );
      })}
    </nav>
  );
}
