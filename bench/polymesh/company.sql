-- The company at a scale: `users`, `accounts`, `plays` and `listens` are variables set before.

-- A number from 0 to 1 that depends on the row and on what it is drawn for, and on nothing else.
CREATE MACRO drawn(i, what) AS (hash(i, what, 20260201) % 1000003) / 1000003.0;
CREATE MACRO among(i, what, many) AS CAST(floor(drawn(i, what) * many) AS INTEGER);
CREATE MACRO moment(i, what) AS TIMESTAMP '2026-01-01' + to_seconds(among(i, what, 7776000));

CREATE TABLE users AS
SELECT
  i AS number,
  lpad(format('{:x}', i), 8, '0') || '-0000-4000-8000-' || lpad(format('{:x}', i), 12, '0') AS user_id,
  'Name ' || i AS display_name,
  DATE '1950-01-01' + among(i, 'birth', 20000) AS birth_date,
  ['SE', 'DE', 'FR', 'ES', 'FI', 'NO', 'IT', 'NL', 'PL', 'PT', 'DK', 'AT', 'BE', 'CZ', 'IE', 'GR',
   'HU', 'RO', 'BG', 'US'][among(i, 'country', 20) + 1] AS country,
  CASE WHEN drawn(i, 'pays') < 0.4 THEN 'premium' ELSE 'free' END AS subscription,
  DATE '2020-01-01' + among(i, 'registered', 2000) AS registered_on
FROM range(getvariable('users')) t(i);

CREATE TABLE accounts AS
SELECT
  i AS number,
  'https://accounts.media.example/u/' || substr(translate(sha256('a' || i), '01', 'yz'), 1, 10) AS account_uri,
  among(i, 'holder', getvariable('users')) AS holder,
  drawn(i, 'mapped') >= 0.02 AS mapped
FROM range(getvariable('accounts')) t(i);

CREATE TABLE mailboxes AS
SELECT
  i AS number,
  'user' || i || '@mail.example' AS email,
  among(i, 'owner', getvariable('users')) AS holder,
  drawn(i, 'verified') >= 0.02 AS mapped
FROM range(getvariable('accounts')) t(i);

CREATE TABLE plays AS
SELECT
  'p' || i AS play_id,
  among(i, 'account', getvariable('accounts')) AS account,
  'ISRC' || among(i, 'track', 50000) AS isrc,
  'ar' || among(i, 'track', 5000) AS artist_id,
  moment(i, 'played') AS played_at,
  5 + among(i, 'length', 400) AS seconds
FROM range(getvariable('plays')) t(i);

CREATE TABLE payments AS
SELECT
  play_id || '-' || n AS payment_id,
  play_id,
  CASE WHEN n = 1 THEN artist_id ELSE 'ar' || among(play_id, 'featured', 5000) END AS artist_id,
  CAST(seconds / 100000.0 AS DECIMAL(9, 4)) AS amount,
  'EUR' AS currency,
  CAST(played_at AS DATE) AS booked_on
FROM plays, range(1, 3) r(n)
WHERE seconds >= 30 AND (n = 1 OR drawn(play_id, 'two') < 0.2);

CREATE TABLE listens AS
SELECT
  'l' || i AS listen_id,
  among(i, 'mailbox', getvariable('accounts')) AS mailbox,
  'e' || among(i, 'episode', 20000) AS episode_id,
  'pod' || among(i, 'episode', 500) AS podcast_id,
  moment(i, 'heard') AS listened_at,
  30 + among(i, 'heard for', 3000) AS seconds
FROM range(getvariable('listens')) t(i);

-- What the products serve: no key of one is a key of another.
CREATE VIEW served_profiles AS SELECT * EXCLUDE number FROM users;
CREATE VIEW served_emails AS
SELECT sha256(email) AS email_sha256, user_id, DATE '2025-01-01' AS verified_on
FROM mailboxes JOIN users ON holder = users.number WHERE mapped;
CREATE VIEW served_accounts AS
SELECT account_uri, user_id, DATE '2025-01-01' AS linked_on
FROM accounts JOIN users ON holder = users.number WHERE mapped;
CREATE VIEW served_plays AS
SELECT play_id, account_uri, isrc, artist_id, played_at, seconds
FROM plays JOIN accounts ON account = accounts.number;
CREATE VIEW served_payments AS SELECT * FROM payments;
CREATE VIEW served_listens AS
SELECT listen_id, sha256(email) AS email_sha256, episode_id, podcast_id, listened_at, seconds
FROM listens JOIN mailboxes ON mailbox = mailboxes.number;

-- The same facts before the keys were hidden; null where nothing leads to the user.
CREATE TABLE true_plays AS
SELECT play_id, played_at, plays.seconds, isrc, CASE WHEN mapped THEN user_id END AS user_id
FROM plays JOIN accounts ON account = accounts.number JOIN users ON holder = users.number;
CREATE TABLE true_payments AS
SELECT amount, artist_id, played_at, user_id FROM payments JOIN true_plays USING (play_id);
CREATE TABLE true_listens AS
SELECT listened_at, podcast_id, listens.seconds, CASE WHEN mapped THEN user_id END AS user_id
FROM listens JOIN mailboxes ON mailbox = mailboxes.number JOIN users ON holder = users.number;
