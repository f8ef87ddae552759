WITH "identity" AS (
  SELECT
    "user_id" AS "k",
    "country" AS "d0"
  FROM profiles
), "x_accounts_account_uri" AS (
  SELECT
    "account_uri" AS "f",
    "user_id" AS "t"
  FROM accounts
), "f_plays" AS (
  SELECT
    "i"."d0" AS "d0",
    "s"."seconds" AS "a0",
    COUNT(*) AS "m0"
  FROM (
    SELECT
      "account_uri",
      "played_at",
      "seconds"
    FROM plays
    WHERE
      "seconds" <= 200
  ) AS "s"
  JOIN "x_accounts_account_uri" AS "x"
    ON "s"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  GROUP BY
    "i"."d0",
    "s"."seconds"
), "f_payments" AS (
  SELECT
    "i"."d0" AS "d0",
    "p"."seconds" AS "a0",
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
      "played_at",
      "seconds"
    FROM plays
  ) AS "p"
    ON "s"."play_id" = "p"."play_id"
  JOIN "x_accounts_account_uri" AS "x"
    ON "p"."account_uri" = "x"."f"
  JOIN "identity" AS "i"
    ON "x"."t" = "i"."k"
  WHERE
    "p"."seconds" <= 200
  GROUP BY
    "i"."d0",
    "p"."seconds"
), "groups" AS (
  SELECT
    "u"."d0",
    "u"."a0"
  FROM (
    SELECT
      "d0",
      "a0"
    FROM "f_plays"
    UNION
    SELECT
      "d0",
      "a0"
    FROM "f_payments"
  ) AS "u"
)
SELECT
  "g"."a0" AS "seconds",
  "g"."d0" AS "country",
  COALESCE("f_plays"."m0", 0) AS "StreamsPlayed",
  COALESCE("f_payments"."m0", 0) AS "ArtistPayments",
  "f_payments"."__unit_0" AS "__unit_0_ArtistPayments"
FROM "groups" AS "g"
LEFT JOIN "f_plays"
  ON "f_plays"."d0" IS NOT DISTINCT FROM "g"."d0"
  AND "f_plays"."a0" IS NOT DISTINCT FROM "g"."a0"
LEFT JOIN "f_payments"
  ON "f_payments"."d0" IS NOT DISTINCT FROM "g"."d0"
  AND "f_payments"."a0" IS NOT DISTINCT FROM "g"."a0"
ORDER BY
  "g"."a0",
  "g"."d0"
