//! The levels of every seat that spoke, fetched one after the other: the pictures come first.

import { useEffect, useState } from 'preact/hooks';
import { type Timeline, api } from '../../../core/api';
import { louder } from '../../../core/player/levels';
import { lanesOf } from '../../../core/player/timeline';

export type Levels = ReadonlyMap<number, Uint8Array>;

const NONE: Levels = new Map();

/** By seat. Where they are not kept, or cannot be had, there are none: what is recorded is drawn all the same. */
export function useLevels(id: string, timeline: Timeline): Levels {
  const [levels, setLevels] = useState<Levels>(NONE);
  useEffect(() => {
    const abort = new AbortController();
    const all = async (): Promise<void> => {
      for (const lane of lanesOf(timeline)) {
        const voices = lane.tracks.filter((track) => track.audio && track.segments.length > 0);
        const had: Uint8Array[] = [];
        for (const track of voices) {
          const bytes = await api.levels(id, track.id, abort.signal).catch(() => undefined);
          if (abort.signal.aborted) return;
          if (bytes !== undefined) had.push(bytes);
        }
        if (had.length > 0) setLevels((known) => new Map([...known, [lane.seat, louder(had)]]));
      }
    };
    void all();
    return () => { abort.abort(); };
  }, [id, timeline]);
  return levels;
}
