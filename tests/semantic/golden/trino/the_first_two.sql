WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    LOWER(
      TO_HEX(
        SHA256(
          TO_UTF8(TRANSLATE("email", 'ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz'))
        )
      )
    ) AS "j0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "f_plays" AS (
  SELECT
    "i"."k" AS "k",
    COUNT(*) AS "m0",
    CAST(SUM("s"."seconds") AS BIGINT) AS "m1"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds"
    FROM plays
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."k"
), "f_payments" AS (
  SELECT
    "i"."k" AS "k",
    SUM("s"."amount") AS "m0",
    MAX(CASE WHEN "s"."currency" <> 'EUR' THEN "s"."currency" END) AS "__unit_0"
  FROM (
    SELECT
      "amount",
      "currency",
      "play_id"
    FROM payments
  ) AS "s"
  JOIN (
    SELECT
      "account_uri",
      "play_id",
      "played_at"
    FROM plays
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."k"
), "f_listens" AS (
  SELECT
    "i"."k" AS "k",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "listened_at",
      "listener"
    FROM listens
  ) AS "s"
  JOIN "identity" AS "i"
    ON "s"."listener" = "i"."j0"
  GROUP BY
    "i"."k"
)
SELECT
  "i"."k" AS "user_id",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  COALESCE("f_plays"."m1", 0) AS "SecondsPlayed",
  COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
  COALESCE("f_listens"."m0", 0) AS "PodcastListens",
  "f_payments"."__unit_0" AS "__unit_0_ArtistPayments"
FROM "identity" AS "i"
LEFT JOIN "f_plays"
  ON "f_plays"."k" = "i"."k"
LEFT JOIN "f_payments"
  ON "f_payments"."k" = "i"."k"
LEFT JOIN "f_listens"
  ON "f_listens"."k" = "i"."k"
ORDER BY
  "i"."k"
LIMIT 2
