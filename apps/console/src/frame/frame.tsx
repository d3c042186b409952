import { Clock, Moon, Search, Sun, SunMoon } from 'lucide-react';
import { Suspense, useState } from 'react';
import { Link, NavLink, Outlet, useLocation, useNavigate } from 'react-router';
import { useLink } from '../live/use-link.js';
import '../parts/controls.css';
import { ErrorBoundary } from '../parts/error-boundary.js';
import { TimeStyleContext } from '../parts/times.js';
import { SkeletonRows } from '../parts/states.js';
import { useKeys } from '../parts/use-keys.js';
import './frame.css';
import { KeysDialog } from './keys-dialog.js';
import { Palette } from './palette.js';
import { PLACES } from './places.js';
import { type Theme, useTheme, useTimeStyle } from './settings.js';

const THEME_ICONS = { system: SunMoon, light: Sun, dark: Moon } as const;

/** The rail, the top line, and the place that the address names. */
export function Frame() {
  const { pathname } = useLocation();
  const [theme, nextTheme] = useTheme();
  const [timeStyle, nextTimeStyle] = useTimeStyle();
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [areKeysOpen, setKeysOpen] = useState(false);
  useFrameKeys({ openPalette: () => setPaletteOpen(true), openKeys: () => setKeysOpen(true) });
  return (
    <TimeStyleContext value={timeStyle}>
      <div className="frame">
        <a className="skip" href="#place">
          Skip to the content
        </a>
        <Rail />
        <div className="topline" role="banner">
          <Where pathname={pathname} />
          <Find open={() => setPaletteOpen(true)} />
          <Live />
          <button type="button" className="icon-button" onClick={nextTimeStyle} title={`Times: ${timeStyle}`}>
            <Clock size={16} />
            <span className="unseen">Times are {timeStyle}: change that</span>
          </button>
          <ThemeButton theme={theme} next={nextTheme} />
        </div>
        <main id="place" className="place-body" tabIndex={-1}>
          <ErrorBoundary key={pathname}>
            <Suspense fallback={<SkeletonRows rows={8} />}>
              <Outlet />
            </Suspense>
          </ErrorBoundary>
        </main>
      </div>
      {isPaletteOpen && (
        <Palette
          close={() => setPaletteOpen(false)}
          commands={[
            { label: 'Change the theme', run: nextTheme },
            { label: 'Change how times are shown', run: nextTimeStyle },
            { label: 'Show the keys', run: () => setKeysOpen(true) },
          ]}
        />
      )}
      {areKeysOpen && <KeysDialog close={() => setKeysOpen(false)} />}
    </TimeStyleContext>
  );
}

interface Openers {
  readonly openPalette: () => void;
  readonly openKeys: () => void;
}

/** The keys that hold everywhere. */
function useFrameKeys({ openPalette, openKeys }: Openers): void {
  const navigate = useNavigate();
  const places = PLACES.map(({ letter, path }) => [`g ${letter}`, () => void navigate(path)] as const);
  useKeys({ 'mod+k': openPalette, '?': openKeys, ...Object.fromEntries(places) });
}

/** The namespace, and the place in it. */
function Where({ pathname }: { readonly pathname: string }) {
  const place = PLACES.find(({ path }) => pathname === path || pathname.startsWith(`${path}/`));
  return (
    <span className="where">
      <span className="soft" title="The namespace">
        default
      </span>
      {place && (
        <>
          <span className="faint" aria-hidden="true">
            /
          </span>
          <Link to={place.path}>{place.label}</Link>
        </>
      )}
    </span>
  );
}

function Find({ open }: { readonly open: () => void }) {
  return (
    <button type="button" className="find" onClick={open}>
      <Search size={14} />
      <span>Find a run or a place</span>
      <kbd aria-hidden="true">Ctrl K</kbd>
    </button>
  );
}

function Rail() {
  return (
    <nav className="rail" aria-label="Places">
      <NavLink className="home" to="/runs" aria-label="Orrery" tabIndex={-1}>
        <svg width="24" height="24" viewBox="0 0 32 32" fill="none" aria-hidden="true">
          <circle cx="16" cy="16" r="13" stroke="currentColor" strokeWidth="1.8" strokeOpacity=".5" />
          <circle cx="16" cy="16" r="7" stroke="currentColor" strokeWidth="1.8" strokeOpacity=".85" />
          <circle cx="16" cy="16" r="2.6" fill="currentColor" />
          <circle cx="25.2" cy="6.8" r="3" fill="var(--text)" />
          <circle cx="9.2" cy="17.8" r="2.1" fill="var(--text)" />
        </svg>
      </NavLink>
      {PLACES.map(({ path, label, icon: Icon }) => (
        <NavLink key={path} className="place" to={path}>
          <Icon size={18} strokeWidth={1.7} aria-hidden="true" />
          <span>{label}</span>
        </NavLink>
      ))}
    </nav>
  );
}

const LINKS = {
  up: { words: 'Live', title: 'What happens is told at once' },
  opening: { words: 'Connecting', title: 'The live feed is being opened' },
  asking: { words: 'Every 2 s', title: 'The live feed cannot be had: the server is asked again and again' },
  down: { words: 'Not connected', title: 'Nobody answers: what is shown may be old' },
} as const;

/** Whether what is seen is what is, and how long it took to come here. */
function Live() {
  const { state, lagMs } = useLink();
  const { words, title } = LINKS[state];
  return (
    <span className={`live ${state}`} title={title}>
      <span role="status">{words}</span>
      {state === 'up' && lagMs > 0 && `, ${lagMs} ms`}
    </span>
  );
}

function ThemeButton({ theme, next }: { readonly theme: Theme; readonly next: () => void }) {
  const Icon = THEME_ICONS[theme];
  return (
    <button type="button" className="icon-button" onClick={next} title={`Theme: ${theme}`}>
      <Icon size={16} />
      <span className="unseen">The theme is {theme}: change that</span>
    </button>
  );
}
