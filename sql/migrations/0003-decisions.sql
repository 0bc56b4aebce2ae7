-- 0003-decisions.sql - what persons decide about what was proposed.
--
-- Derived, as all of 0002. Cases of older programs were opened at the time of
-- their first mail's judgement, which is all that their events tell.

ALTER TABLE casefile ADD COLUMN decider {text};
ALTER TABLE casefile ADD COLUMN clause {text};
ALTER TABLE casefile ADD COLUMN mail {int64} NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN lines {text} NOT NULL DEFAULT '[]';
ALTER TABLE casefile ADD COLUMN received {int64} NOT NULL DEFAULT 0;
ALTER TABLE casefile ADD COLUMN split {text} NOT NULL DEFAULT '[]';
ALTER TABLE casefile ADD COLUMN links {text} NOT NULL DEFAULT '[]';
ALTER TABLE casefile ADD COLUMN rating {text};
ALTER TABLE casefile ADD COLUMN vector {text};
ALTER TABLE letter ADD COLUMN settles {int64} NOT NULL DEFAULT 0;
UPDATE casefile SET received = opened, mail = coalesce((SELECT min(m.id)
	FROM mail m WHERE m.chain = casefile.chain AND m.queue IS NULL), 0);
-- What waits for a person's word.
CREATE INDEX casefile_undecided ON casefile (received)
	WHERE decided = 0 OR split <> '[]';
